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
form-attention = Attention
form-without-list = Envoyer sans cette liste
form-try-again = Réessayer

form-problems = { $count ->
    [one] Une réponse demande votre attention
   *[other] { $count } réponses demandent votre attention
}
form-problem-required = Une réponse est nécessaire.
form-problem-nothing-to-choose = Le DME n’en contient aucun. Changez la réponse qui en demande.
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
form-filled-changed = Réponses tirées du dossier et modifiées ici : les vérifier ou les modifier
form-included = { $included } sur { $available } inclus
form-selection-changed = Vous avez modifié cette sélection
form-edited = Vous avez modifié ceci (dossier : { $value })
form-edited-dated = Vous avez modifié ceci (dossier : { $value }, { $dated })
form-unusable = Le dossier indique { $value }, ce qui ne peut pas être inscrit ici
form-not-checked = Le dossier indique { $value }. Cette valeur n’a pas pu être comparée à la liste des réponses et n’est pas inscrite.
form-none-provided = Rien du DME pour cette question (lecture du { $day } à { $time })
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

form-kept = Tel que lu le { $day } à { $time } : une nouvelle lecture a échoué.
form-not-loaded-not-granted = Non chargé : le DME n’a pas permis à cette application de le lire.
form-not-loaded-not-in-context = Non chargé : le DME n’a pas indiqué où le trouver.
form-not-loaded-refused = Non chargé : le DME a refusé.
form-not-loaded-gone = Non chargé : le DME n’a plus ce dossier ouvert. Ouvrez de nouveau la demande à partir du DME.
form-not-loaded-not-found = Non chargé : le DME ne l’a pas trouvé.
form-not-loaded-busy = Non chargé : le DME est surchargé. Attendez une minute, puis réessayez.
form-not-loaded-at-capacity = Non chargé : cette application lit trop de dossiers en ce moment. Attendez une minute, puis réessayez.
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
form-search = Chercher dans la liste
form-search-button = Chercher
form-search-search = La liste est longue : tapez une partie de ce que vous cherchez, puis cherchez.
form-search-matches = { $count ->
    [0] Rien dans la liste ne correspond à « { $text } ».
    [one] Un résultat pour « { $text } ».
   *[other] { $count } résultats pour « { $text } ».
}
form-search-more = Les { $count } premiers résultats pour « { $text } ». Il y en a d’autres : tapez-en davantage.
form-unchecked-rule = À vérifier vous-même, le formulaire ne le peut pas : « { $rule } »
form-doubt-phone = Un numéro de téléphone a dix chiffres ; celui-ci en a { $count }. Vérifiez-le, ou laissez-le s’il est exact.
form-doubt-phone-international = Un numéro international a de 7 à 15 chiffres ; celui-ci en a { $count }. Vérifiez-le, ou laissez-le s’il est exact.
form-doubt-email = Ceci ne ressemble pas à une adresse courriel. Vérifiez-la, ou laissez-la si elle est exacte.
form-aside = La réponse est « { $counts } ». Votre texte « { $text } » est conservé ici et n’est pas envoyé ; pour l’envoyer, choisissez Autre.
form-problem-wrong-format = Cette réponse n’a pas la forme attendue.
form-problem-not-alone = « { $limit } » ne peut pas être choisi avec une autre réponse.
form-problem-broken = Cette réponse ne concorde pas avec les autres.
form-problem-warning = Vérifiez cette réponse par rapport aux autres.
form-problem-parted = Dans le dossier, cette valeur vient de la même mesure que « { $limit } », qui a été changée. Les deux doivent venir d’une seule mesure : vérifiez aussi cette valeur.
form-problem-left-alone = Dans le dossier, cette valeur vient d’une même mesure que « { $limit } », qui a été vidée. Vérifiez que cette valeur seule est juste.
form-problem-unchecked = Une règle de ce formulaire a échoué ici. Vérifiez cette réponse vous-même, et avisez votre administrateur.
form-others = Le dossier contient aussi : { $values }

# Fichiers ajoutés par une personne
attach-none = Aucun fichier n’est joint.
attach-limits = { $types }, jusqu’à { $size } chacun.
attach-drop = Vous pouvez aussi déposer les fichiers ici ou les coller.
attach-choose = Choisir des fichiers
attach-choose-one = Choisir un fichier
attach-camera = Prendre une photo
attach-add = Joindre
attach-remove = Retirer
attach-remove-named = Retirer { $name }
attach-remove-sure = Retirer { $name } ? Le fichier sera supprimé.
attach-uploading = Envoi du fichier…
attach-not-attached = Fichier non joint. Joignez-le de nouveau une fois le brouillon enregistré.
attach-failed = Fichier non joint : la connexion a échoué. Réessayez.
attach-refused-empty = { $name } n’a pas été joint : le fichier est vide. Choisissez-le de nouveau.
attach-refused-heic = { $name } n’a pas été joint : peu de cliniques peuvent ouvrir les photos HEIC. Envoyez-la en JPEG : sur un iPhone, choisissez Réglages › Appareil photo › Formats › Le plus compatible et reprenez la photo, ou exportez-la en JPEG.
attach-refused-unknown-type = { $name } n’a pas été joint : ce n’est aucun des types de fichiers possibles, peu importe la fin de son nom. Les types acceptés sont indiqués plus bas.
attach-refused-other-type = { $name } n’a pas été joint : cette question n’accepte pas les fichiers de ce type. Les types acceptés sont indiqués plus bas.
attach-refused-too-large = { $name } n’a pas été joint : il dépasse { $limit }. Choisissez un fichier plus petit ou prenez la photo avec une résolution plus basse.
attach-refused-too-many-pixels = { $name } n’a pas été joint : il compte plus de { $limit } millions de pixels. Prenez la photo avec une résolution plus basse.
attach-refused-damaged = { $name } n’a pas été joint : le fichier est endommagé et ne peut pas être ouvert. Enregistrez-le de nouveau là d’où il vient.
attach-refused-locked = { $name } n’a pas été joint : il est protégé par un mot de passe que le destinataire n’a pas. Enregistrez-le sans mot de passe.
attach-refused-only-one = { $name } n’a pas été joint : cette question accepte un seul fichier. Retirez d’abord l’autre.
attach-refused-too-many = { $name } n’a pas été joint : la limite est de { $limit } fichiers.
attach-refused-too-much = { $name } n’a pas été joint : l’ensemble des fichiers dépasserait { $limit }. Retirez-en d’abord un autre.
attach-refused-infected = { $name } n’a pas été joint : l’antivirus y a trouvé un contenu nuisible. Avisez votre soutien informatique.
attach-refused-not-scanned = { $name } n’a pas été joint : l’antivirus ne répond pas. Tout le reste est enregistré. Réessayez dans quelques minutes ou avisez votre administrateur.
attach-refused-not-stored = { $name } n’a pas été joint : il n’a pas pu être conservé. Tout le reste est enregistré. Réessayez ou avisez votre administrateur.
attach-refused-busy = { $name } n’a pas été joint : beaucoup de photos arrivent en ce moment. Réessayez dans une minute.
attach-refused-not-saved = { $name } n’a pas été joint, car le brouillon a été modifié ailleurs. Choisissez-le de nouveau.
form-problem-refused = Un fichier n’a pas été joint.
form-problem-file-too-large = Un fichier dépasse ici { $limit }. Retirez-le et joignez-en un plus petit.
