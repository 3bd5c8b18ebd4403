form-required = obligatoire
form-choose = Choisir…
form-not-stated = Non précisé
form-another = Autre
form-row-add = Ajouter : { $list }
form-row-remove = Supprimer { $row }
form-row-remove-sure = Supprimer { $row } et ce qui y est saisi ?
form-row-up = Monter { $row }
form-row-down = Descendre { $row }
form-rows-none = Aucune entrée : { $list }
form-emergency = Urgence
form-without-list = Envoyer sans cette liste
form-try-again = Réessayer

form-problems = { $count ->
    [one] Une réponse demande votre attention
   *[other] { $count } réponses demandent votre attention
}
form-problem-required = Une réponse est nécessaire.
form-problem-list-not-loaded = Cette liste n’a pas pu être chargée. Inscrivez ce que vous savez, ou choisissez d’envoyer sans elle.
form-problem-not-a-number = Inscrivez un nombre, par exemple 71,5 ou 1200.
form-problem-not-a-whole-number = Inscrivez un nombre entier.
form-problem-not-a-date = Inscrivez une date sous la forme AAAA-MM-JJ ; un mois ou une année suffit.
form-problem-not-a-date-time = Inscrivez une date et une heure sous la forme AAAA-MM-JJ HH:MM.
form-problem-not-yes-or-no = Choisissez oui ou non.
form-problem-not-an-option = Choisissez une des options affichées ; le dossier a peut-être changé.
form-problem-no-content = Aucun des documents choisis n’a de contenu qui puisse être envoyé. Choisissez-en un autre, ou répondez autrement.
form-problem-only-one = N’en choisissez qu’une.
form-problem-too-long = Raccourcissez à { $limit } caractères ou moins.
form-problem-too-small = Cette valeur est inférieure à { $limit }. Vérifiez-la.
form-problem-too-large = Cette valeur est supérieure à { $limit }. Vérifiez-la.

form-from-chart-dated = Tiré du dossier, en date du { $dated }
form-from-chart-old = Ancienne valeur : tirée du dossier, en date du { $dated }
form-from-chart-read = Tiré du dossier, lu le { $day } à { $time }
form-filled = { $count ->
    [one] Une réponse tirée du dossier : la vérifier ou la modifier
   *[other] { $count } réponses tirées du dossier : les vérifier ou les modifier
}
form-included = { $included } sur { $available } inclus
form-selection-changed = Vous avez modifié cette sélection
form-edited = Vous avez modifié ceci (dossier : { $value })
form-edited-dated = Vous avez modifié ceci (dossier : { $value }, { $dated })
form-unusable = Le dossier indique { $value }, ce qui ne peut pas être inscrit ici
form-none-provided = Rien n’a été fourni par le DME (lecture du { $day } à { $time })
form-none-in-part = Rien dans la partie que le DME a fournie (lecture du { $day } à { $time }). Le DME pourrait en contenir plus.
form-more = Le DME pourrait en contenir plus que ce qui est affiché ici.
form-left-out-other-patient = { $count ->
    [one] Une entrée a été écartée : elle concerne un autre patient.
   *[other] { $count } entrées ont été écartées : elles concernent un autre patient.
}
form-left-out-unknown-patient = { $count ->
    [one] Une entrée a été écartée : le DME n’indique pas clairement quel patient elle concerne.
   *[other] { $count } entrées ont été écartées : le DME n’indique pas clairement quel patient elles concernent.
}
form-left-out-in-error = { $count ->
    [one] Une entrée a été écartée : elle a été saisie par erreur.
   *[other] { $count } entrées ont été écartées : elles ont été saisies par erreur.
}
form-left-out-not-ordered = { $count ->
    [one] Une entrée a été écartée : c’est une proposition, ou une ordonnance de ne pas donner quelque chose.
   *[other] { $count } entrées ont été écartées : ce sont des propositions, ou des ordonnances de ne pas donner quelque chose.
}
form-left-out-other-kind = { $count ->
    [one] Une entrée a été écartée : elle est d’une autre sorte que ce que demande cette question.
   *[other] { $count } entrées ont été écartées : elles sont d’une autre sorte que ce que demande cette question.
}

form-not-loaded-not-granted = Non chargé : le DME n’a pas permis à cette application de le lire.
form-not-loaded-not-in-context = Non chargé : le DME n’a pas indiqué où le trouver.
form-not-loaded-refused = Non chargé : le DME a refusé.
form-not-loaded-gone = Non chargé : le DME n’a plus ce dossier ouvert. Ouvrez de nouveau la demande à partir du DME.
form-not-loaded-not-found = Non chargé : le DME ne l’a pas trouvé.
form-not-loaded-busy = Non chargé : le DME est surchargé. Attendez une minute, puis réessayez.
form-not-loaded-no-answer = Non chargé : le DME n’a pas répondu.
form-not-loaded-unevaluated = Non rempli : une règle de ce formulaire a échoué. Répondez vous-même, et avisez votre administrateur.
form-not-loaded-not-evaluable = Non rempli : ce formulaire le remplirait par une règle que cette application ne peut pas évaluer. Répondez vous-même.
form-not-loaded-invalid = Non chargé : ce que le DME a envoyé est inutilisable.
form-problem-not-a-unit = Inscrivez un nombre et une des unités de cette question.
form-problem-not-a-time = Inscrivez une heure, comme 14:30.
form-problem-not-a-url = Inscrivez une adresse complète, comme https://clinic.example.
form-problem-too-many-decimals = Au plus { $limit } décimales.
form-problem-too-short = Au moins { $limit } caractères.
form-problem-too-few = Il en faut au moins { $limit }.
form-problem-too-many = Il en faut au plus { $limit }.
form-unit = Unité
form-unknown-options = La liste des réponses à cette question n’est pas disponible ici. Inscrivez la réponse.
form-doubt-phone = Un numéro de téléphone a dix chiffres ; celui-ci en a { $count }. Vérifiez-le, ou laissez-le s’il est exact.
form-doubt-phone-international = Un numéro international a de 7 à 15 chiffres ; celui-ci en a { $count }. Vérifiez-le, ou laissez-le s’il est exact.
form-doubt-email = Ceci ne ressemble pas à une adresse courriel. Vérifiez-la, ou laissez-la si elle est exacte.
form-aside = La réponse est « { $counts } ». Votre texte « { $text } » est conservé ici et n’est pas envoyé ; pour l’envoyer, choisissez Autre.
form-problem-wrong-format = Cette réponse n’a pas la forme attendue.
form-problem-not-alone = « { $limit } » ne peut pas être choisi avec une autre réponse.
form-problem-broken = Cette réponse ne concorde pas avec les autres.
form-problem-warning = Vérifiez cette réponse par rapport aux autres.
form-problem-unchecked = Une règle de ce formulaire a échoué ici. Vérifiez cette réponse vous-même, et avisez votre administrateur.
form-others = Le dossier contient aussi : { $values }
