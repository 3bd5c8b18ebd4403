home-title = Demande de consultation pour ce patient
home-drafts = Poursuivre un brouillon
home-form-draft = Formulaire provisoire, pour essais
home-forms = Commencer une demande
home-begin = Commencer
home-begin-named = Commencer : { $form }
home-continue = Poursuivre
home-sent-earlier = Envoyées plus tôt pour ce patient
home-more-sent = Toutes les demandes pour cette personne
stop-patient-deceased = Selon le dossier, cette personne est décédée : aucune demande ne peut être commencée. Si le dossier est erroné, corrigez-le dans le DME et relancez l’application.
stop-patient-replaced = Ce dossier a été remplacé par un autre : aucune demande ne peut en partir. Ouvrez dans le DME le dossier qui le remplace et relancez l’application.
stop-patient-unidentified = Ni le nom ni la date de naissance n’ont pu être lus dans ce dossier : aucune demande ne peut être commencée. Corrigez le dossier dans le DME, ou avisez votre administrateur, et relancez l’application.
home-no-forms = Aucun formulaire n’est installé. Adressez-vous à votre administrateur.
row-saved = enregistré le { $at }
row-changed = dernière modification le { $at }
row-kept-until = Conservé jusqu’au { $day }, sauf s’il est enregistré de nouveau
steps-label = Sections du formulaire
edit-left = { $count } à remplir
edit-lead = { $from_chart ->
    [0] Aucune des { $asked } réponses ne vient du dossier, tel que fourni par le DME, qui ne transmet peut-être pas tout. Ajoutez ce que vous savez.
    [one] { $from_chart } réponse sur { $asked } vient du dossier, tel que fourni par le DME, qui ne transmet peut-être pas tout. Vérifiez-la et ajoutez ce que le dossier ne contient pas.
   *[other] { $from_chart } réponses sur { $asked } viennent du dossier, tel que fourni par le DME, qui ne transmet peut-être pas tout. Vérifiez-les et ajoutez ce que le dossier ne contient pas.
}
edit-save = Enregistrer
edit-close = Enregistrer et fermer
edit-continue = Continuer vers la destination et le sommaire
edit-reading = Nouvelle lecture du dossier…
edit-destination = Destination : { $destination }
edit-destination-none = Aucune destination choisie
edit-destination-change = Changer de destination
edit-destination-choose = Choisir la destination
edit-saved-at = Brouillon enregistré, { $at }
edit-saving = Enregistrement…
edit-save-failed = Pas encore enregistré : aucune connexion. Nous réessayons.
edit-signed-out = Votre session est fermée. Votre texte est enregistré ; relancez depuis le DME pour continuer.
edit-signed-out-lost = Votre session est fermée et la dernière modification n’a pas pu être enregistrée. Copiez-la avant de relancer.
edit-discard = Supprimer ce brouillon
edit-discard-sure = Supprimer ce brouillon ? Il ne pourra pas être récupéré.
not-granted-title = Des parties du dossier ne sont pas chargées
not-granted-lead = Le DME n’a pas laissé cette application lire :
not-granted-next = Le dossier en contient peut-être. Inscrivez ce qui compte.
not-granted-partly = en partie
not-granted-details = Pour votre administrateur
not-granted-scope = demandée, mais non accordée par le DME pour ce lancement
not-granted-unasked = aucune portée de l’inscription ne le demande
not-granted-what = { $what ->
    [AllergyIntolerance] allergies
    [Condition] problèmes de santé
    [DiagnosticReport] rapports
    [DocumentReference] documents
    [Encounter] cette visite
    [MedicationRequest] médicaments
    [Observation] mesures et résultats
    [Practitioner] vos coordonnées
    [PractitionerRole] vos rôles et votre clinique
   *[other] { $what }
}
notice-saved = Enregistré.
notice-reloaded = Le dossier a été relu. Ce que vous avez écrit a été conservé.
notice-reloaded-in-part = Le dossier a été relu. D’autres parties ne sont toujours pas chargées. Ce que vous avez écrit a été conservé.
notice-reload-failed = Toujours pas chargé : le dossier a été relu, sans succès. Ce que vous avez écrit a été conservé.
notice-conflict = Ce brouillon a été modifié dans une autre fenêtre. Votre texte est ici, rien n’est perdu. Enregistrez de nouveau pour conserver votre version.
notice-conflict-handed-over = Cette demande a été remise pour signature dans une autre fenêtre. Votre texte est ici et n’est pas perdu ; il est enregistré dès que vous reprenez la demande.
notice-anew = Entre-temps, cette demande a été supprimée, reprise, ou signée par un ou une collègue. Votre texte n’est pas perdu : il est conservé ici dans un nouveau brouillon.
edit-sent = Cette demande a été signée et envoyée depuis une autre fenêtre : ce que vous écrivez ici n’y figure pas. Appuyez sur Enregistrer pour revoir votre texte et commencer un nouveau brouillon avec lui.
edit-begun = Vous avez déjà commencé ce formulaire dans ce lancement : brouillon { $number }. Ici, vous en commencez un autre.
edit-begun-continue = Continuer ce brouillon
copied-from = Copiée de { $number } du { $day }.
copied-ask = Ce qui doit être demandé aujourd’hui, comme les signes d’alarme et le consentement, a été laissé vide : posez ces questions de nouveau.
copied-typed = Elle contient les réponses que vous venez de saisir, y compris celles à poser aujourd’hui : vérifiez-les.
kept-title = Cette demande a été envoyée entre-temps
kept-what = { $number } a été signée et envoyée depuis une autre fenêtre. Le texte ci-dessous a été écrit ici après coup et n’y figure pas. Il n’est encore enregistré nulle part.
kept-files = Les fichiers ajoutés ici ne sont pas conservés non plus. Joignez-les de nouveau dans le nouveau brouillon.
kept-next = Ce que vous pouvez faire
kept-next-what = Copiez le texte, ou commencez un nouveau brouillon avec lui. Un nouveau brouillon ne change pas { $number } : la destination aurait les deux.
kept-begin = Commencer un nouveau brouillon avec ce texte
kept-open = Ouvrir { $number } telle qu’envoyée
discard-go = Supprimer définitivement
discard-stop = Retour au brouillon
notice-discarded = Le brouillon a été supprimé.
back-to-form = Retour à { $form }
back-to-list = Retour à la liste
back-to-chart = Retour au dossier
destination-title = Où l’envoyer ?
destination-search = Nom, spécialité ou lieu
destination-go = Chercher
destination-found = { $count ->
    [0] Aucun service ne correspond ({ $specialty }).
    [one] Un service ({ $specialty })
   *[other] { $count } services ({ $specialty })
}
destination-found-others = { $count ->
    [one] Un autre service correspond.
   *[other] { $count } autres services correspondent.
}
destination-try = Vérifiez l’orthographe, ou videz le champ pour tout voir.
destination-choose = Choisir
destination-choose-named = Choisir { $name }
destination-keep = Garder
destination-keep-named = Garder { $name }
destination-others = Autres services
destination-others-what = Ces services n’offrent pas cette spécialité ({ $specialty }). Si vous en choisissez un, une confirmation vous sera demandée.
destination-asks = Demande aux cliniciens référents :
destination-show-others = Afficher les autres services ({ $count })
review-title = Vérifier et envoyer
review-title-delegate = Vérifier et remettre
review-title-waits = Remise pour signature
review-to-signature = Aller à la signature
review-to-hand-over = Aller au choix de la personne qui signe
answer-by-signer = la personne qui signe
review-lead = Rien n’a encore été envoyé. Voici exactement ce qui le sera.
review-summary = Sommaire
review-patient = Patient
review-form = Formulaire
review-account = (session ouverte avec le compte de { $name })
review-clinician = Clinicien
review-prepared-by = préparée par { $name }
review-clinic = Clinique
clinic-unknown = Clinique inconnue
clinic-not-loaded = Clinique non chargée
review-clinic-name = Nom de votre clinique
review-clinic-hint = { $ehr } n’indique pas à quelle clinique vous travaillez. La destination répondra à la clinique que vous nommez ici.
review-clinic-not-loaded = La clinique où vous travaillez n’a pas pu être chargée de { $ehr }. La destination répondra à la clinique que vous nommez ici.
review-clinic-save = Enregistrer la clinique
review-ehr = DME
review-destination = Destination
review-destination-asks = { $destination } demande :
review-change = Modifier
review-open = { $count ->
    [one] Une réponse manque avant l’envoi
   *[other] { $count } réponses manquent avant l’envoi
}
review-to-confirm = À lire avant l’envoi
review-unconfirmed = Non envoyée : confirmez d’abord chacun de ces points, ou modifiez la demande
review-unconfirmed-settled = Non envoyée : il y avait un point à confirmer, qui est réglé maintenant. Relisez ce qui est envoyé, puis envoyez la demande
review-unconfirmed-stopped = Non envoyée : réglez d’abord ce qui est nommé ci-dessous
review-check = Vérifier de nouveau
finding-other-specialty = Ce service n’offre pas la spécialité du formulaire. Je veux lui envoyer la demande.
review-sign = En envoyant, { $name } signe cette demande.
review-held = Les envois sont suspendus : une fois signée, cette demande attend ici et part après la reprise des envois par votre administrateur. Si elle ne peut pas attendre, téléphonez à la destination.
review-send = Envoyer la demande : { $destination }
review-hand-over = Remettre pour signature
finding-open-earlier = Ouvrir cette demande
finding-recent-duplicate = Ce patient a déjà été adressé à ce service au cours des 90 derniers jours : { $name }, { $detail }, livrée. Envoyer quand même.
finding-recent-duplicate-faxed = Ce patient a déjà été adressé à ce service au cours des 90 derniers jours : { $name }, { $detail }, par télécopieur. Envoyer quand même.
finding-recent-duplicate-placed = Ce patient a déjà été adressé à ce service au cours des 90 derniers jours : { $name }, { $detail }, déposée pour la destination. Envoyer quand même.
finding-recent-duplicate-sending = Une demande de ce patient à ce service est en cours d’envoi : { $name }, { $detail }. Envoyer quand même.
finding-recent-duplicate-retrying = Une demande de ce patient à ce service est encore en route : { $name }, { $detail }. L’envoi est retenté automatiquement. Envoyer quand même.
finding-recent-duplicate-not-delivered = Une demande de ce patient à ce service a été signée et n’a pas été livrée : { $name }, { $detail }. Envoyer quand même.
finding-recent-duplicate-unconfirmed = Une demande de ce patient à ce service est peut-être arrivée, peut-être pas : { $name }, { $detail }. Envoyer quand même.
finding-original-sending = Ceci est une copie de { $name }, signée le { $detail }, qui est encore en cours d’envoi et peut être livrée elle aussi. Envoyer les deux.
finding-original-not-delivered = Ceci est une copie de { $name }, signée le { $detail }, qui n’a pas été livrée. J’envoie cette copie à sa place.
finding-original-unconfirmed = Ceci est une copie de { $name }, signée le { $detail }, qui est peut-être arrivée. J’ai demandé à la destination, ou j’envoie les deux.
finding-original-sent = Ceci est une copie de { $name }, signée le { $detail }, qui a été livrée depuis. Envoyer les deux.
finding-original-faxed = Ceci est une copie de { $name }, signée le { $detail }, qui a été envoyée par télécopieur. Envoyer les deux.
finding-original-placed = Ceci est une copie de { $name }, signée le { $detail }, qui a été déposée pour la destination. Envoyer les deux.
finding-patient-inactive = Le dossier est marqué inactif. C’est bien le bon patient.
finding-message-entry = « { $name } », choisi dans le dossier, ne peut pas être envoyé : il concerne une autre personne, a été saisi par erreur ou porte une mention que nous ne reconnaissons pas. Retirez-le du formulaire et vérifiez de nouveau.
finding-message-modifier = Ce que le DME indique au sujet du patient, du clinicien ou de la clinique porte une mention que nous ne reconnaissons pas et qui peut en changer le sens : aucune demande ne peut être envoyée. Avisez votre administrateur en lui donnant la référence ci-dessous.
finding-clinic-unknown = Votre clinique est inconnue, et la destination ne pourrait pas répondre. Nommez-la ci-dessous.
finding-clinic-numbers = Vous avez écrit une autre clinique que celle du dossier, avec le numéro de la clinique du dossier : { $name }. La destination peut m’y joindre.
finding-message-chart = Il manque au dossier un renseignement que toute demande doit contenir. Corrigez-le dans le DME et relancez l’application, ou avisez votre administrateur en lui donnant la référence ci-dessous.
finding-patient-test = Il s’agit d’un patient fictif. La demande est envoyée comme toute autre, et la destination en a été informée.
finding-patient-replaced = Ce dossier a été remplacé par un autre : aucune demande ne peut être envoyée d’ici. Ouvrez dans le DME le dossier qui le remplace et relancez l’application.
finding-patient-deceased = Selon le dossier, cette personne est décédée : la demande ne peut pas être envoyée. Si le dossier est erroné, corrigez-le dans le DME et relancez l’application.
finding-patient-unidentified = Ni le nom ni la date de naissance n’ont pu être lus dans ce dossier : la demande ne peut pas être envoyée. Corrigez le dossier dans le DME, ou avisez votre administrateur, et relancez l’application.
finding-patient-incomplete = Le nom ou la date de naissance n’a pas pu être lu dans le dossier et n’est pas envoyé. La destination peut reconnaître la personne.
detail-status = État de la demande
detail-timeline = Historique
detail-look-again = Actualiser
detail-go-on = Poursuivre la rédaction
detail-go-on-elsewhere = Pour continuer, ouvrez le dossier de ce patient dans le DME et choisissez-y cette application. Votre brouillon vous sera proposé.
detail-separate = À envoyer vous-même autrement, comme la demande l’annonce :
detail-alerts = À faire aussi par vous, si ce n’est pas fait
detail-message-removed = Le message lui-même a été supprimé le { $at }, conformément aux réglages de cette installation. Cette page montre toujours ce qui a été envoyé.
status-draft = Brouillon
status-draft-what = Elle n’a pas été envoyée. Elle n’est visible que pour vous.
status-ready-to-sign = À signer
status-ready-to-sign-what = Elle est complète et attend la signature d’un clinicien.
status-sending = Envoi en cours
status-sending-what = Elle est signée et en cours d’envoi. Elle n’est livrée que lorsque cette page le dit.
status-held = Envoi suspendu
status-retrying = En attente
status-retrying-what = Elle est signée et pas encore livrée.
status-faxed = Envoyée par télécopieur
status-faxed-what = Elle a été marquée comme envoyée par télécopieur. Plus rien n’est envoyé électroniquement.
status-replaced = Remplacée par une copie
status-replaced-what = Elle a été fermée, car une copie est parvenue à la destination. Plus rien n’est envoyé de celle-ci.
status-sent = Livrée
status-sent-what = La destination a confirmé qu’elle a reçu la demande.
status-placed = Déposée pour la destination
status-placed-what = Elle se trouve là où la destination vient chercher ses demandes. On ne sait pas ici si elle l’a prise : sans nouvelles, demandez à la destination.
status-not-delivered = Non livrée
status-not-delivered-what = Elle n’a pas été livrée. Envoyez-la autrement, ou renvoyez-la une fois la cause corrigée.
status-unconfirmed = Non confirmée
status-unconfirmed-what = Elle est peut-être arrivée, peut-être pas. Téléphonez à la destination avant de l’envoyer autrement.
event-begun = Brouillon commencé
event-ready-to-sign = Remise pour signature
event-submitted = Signée
event-held = Envois suspendus : pas encore envoyée
event-delivery-retry = La destination ne l’a pas encore acceptée ; nous réessaierons
event-delivery-waiting = Toujours en attente d’envoi ici
event-delivery-our-fault = Une panne de notre côté empêche l’envoi ; nous réessaierons
event-sent-again = Renvoi en cours
event-faxed = Marquée comme envoyée par télécopieur
event-not-faxed = La mention « envoyée par télécopieur » a été retirée
delivery-may-have-arrived = Un essai précédent est peut-être arrivé : demandez à la destination avant de l’envoyer autrement.
delivery-urgent = Rien ne confirme qu’elle est arrivée : appelez la destination maintenant.
delivery-who = C’est à { $name }, qui l’a signée, de la renvoyer ou de l’inscrire comme envoyée par télécopieur. Avisez cette personne.
delivery-waiting = Elle attend encore ici d’être envoyée. Si elle est urgente, envoyez-la par télécopieur et avisez votre administrateur.
event-replaced = Fermée : une copie est arrivée
delivery-retrying = En attente de la destination, qui ne l’a pas encore confirmée ({ $attempts ->
    [one] 1 essai
   *[other] { $attempts } essais
}, prochain { $next })
delivery-not-left = Elle n’a pas encore quitté ce système ; prochain essai { $next }
delivery-held = Elle est signée. Votre administrateur a suspendu tous les envois : rien n’est envoyé avant leur reprise.
delivery-why-retry-later = La destination ne répond pas ou dit qu’elle est occupée.
delivery-why-misdirected = L’adresse de la destination, ou notre accès, ne fonctionne pas. Avisez votre administrateur.
delivery-why-refused = La destination l’a refusée.
delivery-why-unknown = Elle a été envoyée, et aucune réponse complète n’est revenue.
delivery-why-handed-over = La destination l’a prise et ne l’a pas confirmée.
delivery-why-already-has = La destination dit qu’elle a déjà cette demande.
delivery-why-our-fault = Une panne de notre côté empêche l’envoi, et non la destination. Avisez votre administrateur.
delivery-words = La destination a répondu :
delivery-no-words = La destination n’a pas donné de raison.
delivery-send-again = Renvoyer
delivery-send-now = Essayer maintenant
delivery-confirm-double = La destination m’a dit qu’elle n’a pas cette demande.
delivery-beside-copy = Une copie, { $number }, a été signée. Je veux envoyer celle-ci aussi.
delivery-close = Fermer : réglée par { $number }
delivery-close-sure = Fermer cette demande ? Plus rien n’en est envoyé. { $number } la remplace.
copy-sent = Une copie de cette demande, { $number }, a été livrée le { $at }.
copy-faxed = Une copie de cette demande, { $number }, a été envoyée par télécopieur le { $at }.
copy-placed = Une copie de cette demande, { $number }, a été déposée pour la destination le { $at }.
copy-signed = Une copie de cette demande, { $number }, a été signée le { $at } et n’est pas encore arrivée.
copy-open = Ouvrir { $number }
delivery-mark-faxed = Marquer comme envoyée par télécopieur
delivery-not-faxed = Elle n’a pas été télécopiée
delivery-not-faxed-what = Marquée par erreur ? La demande attendra de nouveau que vous l’envoyiez ou la télécopiiez.
delivery-copy = Copier dans un nouveau brouillon
delivery-print = Ou imprimez cette page et télécopiez-la.
delivery-print-files = Elle contient les réponses et les photos. Imprimez et télécopiez aussi ces fichiers :
delivery-faxed-files = Les fichiers ont aussi été télécopiés
delivery-mark-faxed-sure = A-t-elle été télécopiée ? Plus rien ne sera ensuite envoyé par voie électronique.
home-undelivered-elsewhere = { $count ->
    [one] Une demande d’un autre patient n’est pas arrivée
   *[other] { $count } demandes d’autres patients ne sont pas arrivées
}
home-ending-elsewhere = { $count ->
    [one] Un brouillon d’un autre patient sera bientôt supprimé
   *[other] { $count } brouillons d’autres patients seront bientôt supprimés
}
event-delivered = La destination a confirmé la réception
event-placed = Déposée là où la destination vient chercher ses demandes
event-not-delivered = Elle n’a pas pu être livrée
event-order-updated = L’ordonnance au DME a été mise à jour
event-order-not-updated = L’ordonnance au DME n’a pas pu être mise à jour
event-unconfirmed = La destination n’a pas confirmé la réception
list-empty = Vous n’avez encore commencé aucune demande.
list-empty-patient = Vous n’avez commencé ni signé aucune demande pour ce patient. Celles de vos collègues ne figurent pas dans cette liste.
mine-needs-you = À faire
mine-all = Toutes les demandes
mine-results = Résultats
mine-referral = Demande
mine-changed = Dernière modification
mine-lead = Demandes de tous vos patients. Regardez le nom avant d’en ouvrir une.
mine-clinic-unknown = Cette page ne donne pas les demandes qui attendent votre signature. Votre DME sert plusieurs cliniques, et aucun dossier de l’une d’elles n’est ouvert ici. Ouvrez un patient dans le DME, puis cette liste.
mine-search = Trouver une demande
mine-search-hint = Nom de la personne, fin du numéro de carte santé, numéro de la demande ou service
mine-search-go = Chercher
mine-found = { $count ->
    [0] Aucune demande ne correspond à « { $search } ».
    [one] Une demande correspond à « { $search } ».
   *[other] { $count } demandes correspondent à « { $search } ».
}
mine-searched-before = La recherche a porté sur les demandes modifiées avant le { $at }.
mine-show-all = Afficher toutes les demandes
mine-older = Les demandes plus anciennes n’ont pas encore été cherchées.
mine-search-older = Chercher parmi les plus anciennes
saved-title = Votre session a pris fin et votre texte est enregistré
saved-what = Votre session est fermée. Ce que vous avez écrit est enregistré dans votre brouillon.
saved-files = Les fichiers que vous avez choisis n’ont pas été joints. Joignez-les de nouveau dans votre brouillon.
saved-next = Rouvrez la demande depuis le dossier du patient. Votre brouillon vous sera proposé.
signed-out-title = Votre session est fermée
signed-out-what = Vous pouvez fermer cette page. Ce qui était enregistré est toujours là.
signed-out-next = Pour continuer, rouvrez la demande depuis le dossier du patient.

# Documents dont le contenu manque
finding-form-warning = { $name } : « { $detail } » J’en ai tenu compte.
finding-form-alert = « { $detail } » J’en ai pris connaissance ; c’est fait, ou je sais pourquoi ce ne l’est pas.
finding-chart-kept = Le dossier n’a pas été relu pour { $name } : ces réponses sont telles que lues le { $detail }.
finding-form-parted = { $name } : le dossier a cette valeur d’une même mesure que « { $detail } », qui a été changée. Les deux valeurs viennent d’une seule mesure que j’ai faite.
finding-form-left-alone = { $name } : dans le dossier, la valeur vient d’une même mesure que « { $detail } », qui a été vidée. Cette valeur seule est juste.
finding-form-unchecked = { $name } : une règle de ce formulaire a échoué. J’ai vérifié cette réponse moi-même.
finding-file-missing = « { $name } » est joint, mais son contenu n’est plus conservé ici. Retirez-le dans le formulaire et joignez-le de nouveau.
finding-document-none = « { $name } » part sans son contenu, avec son titre seulement : le DME n’a aucun fichier pour ce document. Je l’enverrai autrement.
finding-document-elsewhere = « { $name } » part sans son contenu, avec son titre seulement : le fichier est sur un autre serveur, que nous ne lisons pas. Je l’enverrai autrement.
finding-document-not-granted = « { $name } » part sans son contenu, avec son titre seulement : le DME ne nous permet pas de lire le fichier. Je l’enverrai autrement.
finding-document-refused = « { $name } » part sans son contenu, avec son titre seulement : le DME a refusé le fichier. Je l’enverrai autrement.
finding-document-not-found = « { $name } » part sans son contenu, avec son titre seulement : le DME ne trouve pas le fichier. Je l’enverrai autrement.
finding-document-too-large = « { $name } » part sans son contenu, avec son titre seulement : le fichier est trop volumineux, ou il y a trop de fichiers. Je l’enverrai autrement.
finding-document-damaged = « { $name } » part sans son contenu, avec son titre seulement : le fichier est endommagé. Je l’enverrai autrement.
finding-document-no-answer = « { $name } » part sans son contenu, avec son titre seulement : le fichier n’a pas pu être lu à l’instant ; rouvrir cette page réessaie. Je l’enverrai autrement.

# Brouillons d’un lancement précédent
notice-renewed = Ce brouillon date d’un lancement précédent : le dossier a été relu. Ce que vous avez écrit a été conservé.
notice-renewed-same = Rien de ce que ce formulaire montre n’a changé au dossier.
change-added = maintenant :
change-removed = ne figure plus :
change-missing = pas fourni cette fois :
change-unread = nouvelle lecture impossible
change-kept = votre réponse a été conservée ; vérifiez-la

# Ce qui est envoyé en plus des réponses
review-lead-not-ready = Rien n’a encore été envoyé. Voici vos réponses jusqu’ici ; la demande complète s’affichera quand rien ne manquera.
sent-documents = Documents
sent-file = { $type }, { $kilobytes } ko
sent-no-file = sans son contenu
sent-open-file = Ouvrir le fichier
sent-made = Éléments tirés des réponses
sent-made-what = Ces réponses sont aussi envoyées comme éléments pour le dossier du destinataire. Les valeurs inchangées du dossier sont envoyées telles quelles.
review-not-made = Envoyé comme réponses seulement
review-not-made-what = Le formulaire demande d’en tirer aussi un élément pour le dossier du destinataire. Aucun n’est créé : elles sont envoyées comme réponses.
sent-entries = Éléments du dossier
sent-entries-what = Éléments du dossier qui ont été inclus, et ceux d’où viennent les réponses inchangées tirées du dossier.
sent-patient = Ce qui est envoyé au sujet du patient
sent-patient-what = Les éléments cochés sont envoyés à partir du dossier, avec le nom, la date de naissance et le sexe. Un élément non coché ne l’est pas, mais une réponse qui dit la même chose est envoyée telle quelle.
sent-patient-was = Envoyé au sujet du patient
sent-patient-was-what = Avec le nom, la date de naissance et le sexe.
sent-patient-unsaved = Le choix de ce qui est envoyé au sujet du patient est modifié et n’est pas enregistré. Un lien le ferait perdre.
sent-patient-change = Enregistrer ce choix
notice-newer-form = Le brouillon utilise maintenant la version proposée du formulaire. Le dossier a été relu.
newer-form = Une autre version de ce formulaire est maintenant proposée. Ce brouillon garde la version avec laquelle il a été commencé.
newer-form-lost = Ces réponses n’ont pas de place dans cette version :
newer-form-use = Utiliser la version proposée
newer-form-sure = Utiliser la version proposée, sans les réponses qui n’y ont pas de place ?
sending-held = Les envois sont suspendus
sending-held-what = Votre administrateur a suspendu tous les envois. Vous pouvez rédiger et signer des demandes ; elles partiront à la reprise.
sending-restored = Restauré à partir d’une sauvegarde
sending-restored-what = Le { $to }, ce service a été restauré à partir d’une sauvegarde du { $from }. Les demandes rédigées entre ces deux moments manquent ici, et les brouillons sont tels qu’ils étaient le { $from }. Elles ont peut-être été envoyées : demandez à la destination avant d’en rédiger ou d’en envoyer une de nouveau.
delivery-held-restored = Ce service a été restauré à partir d’une sauvegarde, et rien n’est envoyé avant que votre administrateur ait vérifié ce qui est déjà parti.
delivery-why-restored = Elle a peut-être été envoyée avant la restauration, et on ne sait pas si elle est arrivée. Si elle est urgente, appelez la destination.
finding-restored = Ce service a été restauré à partir d’une sauvegarde, et ce brouillon date d’avant. Il a peut-être été signé et envoyé après le { $detail }. La destination m’a confirmé qu’elle n’a pas cette demande.
review-chosen = Pas encore envoyée : votre choix de ce qui est envoyé au sujet du patient est enregistré. Vérifiez-le ci-dessus, puis envoyez.
print-draft = BROUILLON – NON ENVOYÉE
letter-download = Télécharger en PDF
letter-fax = Télécharger la lettre et les fichiers en un seul PDF, à télécopier
letter-fax-alone = Télécharger en PDF, à télécopier
letter-files-download = Télécharger tous les fichiers en un seul PDF
letter-signed = signée le { $at }
letter-signed-by = signée par { $name } le { $at }
letter-prepared-by = préparée par { $name }
form-provisional = Formulaire provisoire, pour essais
form-provisional-what = Une demande faite avec ce formulaire est envoyée à sa destination comme toute autre.
letter-draft = Ceci est un brouillon. Il n’a été ni signé ni envoyé.
letter-page = Page { $page } sur { $pages }
letter-files = Fichiers joints à cette demande
letter-files-none = Aucun fichier n’a été envoyé avec cette demande.
letter-file = Fichier
letter-file-pages = Pages dans ce PDF
letter-left-out-locked = Absent de ce PDF : un mot de passe est requis pour l’ouvrir
letter-left-out-damaged = Absent de ce PDF : le fichier est endommagé ou ne peut pas être copié
letter-left-out-fillable = Absent de ce PDF : il contient des champs, des notes ou des calques qu’une copie pourrait perdre
letter-left-out-too-long = Absent de ce PDF : trop de pages
letter-left-out-absent = Absent de ce PDF : son contenu n’est pas conservé ici
letter-caption = { $title } ({ $page } sur { $pages })
letter-missing-characters = ▯ remplace des caractères pour lesquels ce PDF n’a pas de police. La demande dans l’application les affiche.
earlier-urgent-title = Signée, mais pas livrée : à régler d’abord
earlier-title = Déjà envoyé pour ce patient au cours des { $days } derniers jours
earlier-signed = signée le { $at }
earlier-not-delivered = Elle n’a pas été livrée. Ouvrez-la pour l’envoyer de nouveau, ou par télécopieur.
earlier-unconfirmed = Elle est peut-être arrivée. Appelez la destination avant tout nouvel envoi.
earlier-retrying = Elle n’est pas encore livrée ; l’envoi est réessayé automatiquement. Ouvrez-la pour savoir pourquoi.
earlier-copied = Une copie, { $number }, est arrivée le { $at }. Ouvrez celle-ci pour la fermer.
earlier-copied-sending = Une copie, { $number }, est arrivée le { $at }, et celle-ci est encore en cours d’envoi. Ouvrez-la pour l’arrêter.
earlier-held-restored = Elle a peut-être été envoyée avant la restauration d’une copie de sauvegarde : demandez à la destination avant de l’envoyer autrement. Ouvrez-la pour savoir pourquoi elle attend.
earlier-held = Elle n’est pas partie : les envois sont suspendus. Ouvrez-la pour savoir pourquoi.
earlier-sending = L’envoi est en cours. N’en envoyez pas une deuxième.
earlier-colleagues-urgent = { $count ->
    [one] La demande d’un collègue pour ce patient n’a pas été livrée. Informez-vous avant d’en envoyer une autre.
   *[other] { $count } demandes de collègues pour ce patient n’ont pas été livrées. Informez-vous avant d’en envoyer une autre.
}
earlier-colleagues = { $count ->
    [one] Une demande d’un collègue, que vous ne pouvez pas ouvrir
   *[other] { $count } demandes de collègues, que vous ne pouvez pas ouvrir
}
review-lead-delegate = Rien n’est encore envoyé. La personne qui signe voit ceci, avec son propre nom comme clinicien demandeur, et l’envoie.
review-clinician-open = La personne qui signe ; préparée par { $name }
row-signer = En attente de la signature de { $name }
row-returned = { $name } l’a retournée :
status-returned = Retournée
sign-title = En attente de votre signature ({ $count })
sign-others = En attente d’une signature
sign-elsewhere = { $count ->
    [one] Une demande d’un autre patient attend votre signature
   *[other] { $count } demandes d’autres patients attendent votre signature
}
sign-open-chart = Pour en vérifier et signer une, ouvrez le dossier du patient dans le DME et lancez l’application à partir de là.
sign-service = Service
sign-urgency = Urgence
sign-prepared = Préparation
sign-by = par { $name }
sign-open = Vérifier et signer
sign-open-named = Vérifier et signer : { $service }
sign-since = depuis le { $at }
sign-for = Préparée pour la signature de { $name }
sign-choose = Clinicien qui signe
sign-choose-hint = Elle figure dans la liste de ce clinicien comme étant à signer. Les autres cliniciens la trouvent dans le dossier du patient.
sign-choose-none = Choisissez un clinicien
sign-choose-any = Tout clinicien autorisé à signer
sign-choose-problem = Non remise : choisissez le clinicien qui signe
handed-over-title = Préparée par { $name }, le { $at } : à vérifier et à signer
handed-over-to-you = Remplacé par vos renseignements, puisque vous signez :
handed-over-still = Le nom { $name } reste dans le message et la lettre, à titre de personne qui a préparé la demande.
handed-over-changes = Le dossier a été relu. Changements depuis la préparation :
handed-over-edit = Modifier
handed-over-return = Retourner à { $name } avec une remarque
handed-over-remark = Remarque pour { $name }
handed-over-remark-problem = Non retournée : écrivez ce qui doit être changé
handed-over-return-now = Retourner à { $name }
returned-title = { $name } a retourné cette demande le { $at }
returned-earlier = { $name } l’a renvoyée le { $at }, avant qu’elle soit transmise de nouveau
returned-next = Faites la modification, puis remettez-la pour signature.
notice-returned = La demande a été retournée avec votre remarque.
event-returned = Retournée avec une remarque
event-taken-back = Reprise pour modification
event-discarded = Brouillon supprimé
edit-take-back = Reprendre et enregistrer
review-waits = Rien ne peut être modifié sur cette page. Pour la modifier, reprenez-la, puis remettez-la de nouveau pour signature.
waits-for = Cette demande a été remise pour signature à { $name } le { $at }.
waits-for-any = Cette demande a été remise le { $at } pour la signature de tout clinicien autorisé.
moved-open = Voir son état
moved-home = Retour aux demandes du patient
moved-handed-over-title = Rien n’a été modifié : cette demande est remise pour signature
moved-handed-over = Elle a été remise pour signature à { $name } le { $at }. Pour la modifier, reprenez-la, puis remettez-la de nouveau.
moved-handed-over-any-title = Rien n’a été modifié : cette demande est remise pour signature
moved-handed-over-any = Elle a été remise le { $at } pour la signature de tout clinicien autorisé. Pour la modifier, reprenez-la, puis remettez-la de nouveau.
moved-taken-back-title = Rien n’a été envoyé : cette demande a été reprise
moved-taken-back = { $name } l’a reprise le { $at } pour la modifier. C’est de nouveau un brouillon ; elle attendra une signature dès qu’elle sera remise de nouveau.
moved-returned-title = Rien n’a été envoyé : cette demande a été retournée
moved-returned = { $name } l’a retournée avec une remarque le { $at }. C’est de nouveau un brouillon ; elle attendra une signature dès qu’elle sera remise de nouveau.
moved-discarded-title = Rien n’a été envoyé : cette demande a été supprimée
moved-discarded = { $name } l’a supprimée le { $at }.
moved-sent-title = Cette demande est déjà signée
moved-sent = { $name } l’a signée le { $at }, et elle part une seule fois. Ne l’envoyez pas de nouveau.
detail-take-back = Reprendre et modifier
detail-prepared-by = Préparée par { $name }
mine-waits = En attente de la signature d’un clinicien
sent-from = De
sent-to = À
sent-prepared = Préparée par
sent-reason = Motif et urgence
sent-priority = Priorité
sent-priority-default = par défaut : aucune réponse n’indique l’urgence
sent-requested = Demandé
sent-about = Aussi envoyé
sent-about-what = Données sur le message lui-même, pour le système du destinataire.
sent-all = Tout ce qui en est envoyé
sent-all-patient = Tout ce qui est envoyé au sujet du patient
use-home = domicile
use-work = bureau
use-mobile = cellulaire
use-temp = temporaire
use-old = périmé
use-nickname = surnom
use-maiden = à la naissance
use-usual = usuel
use-anonymous = anonyme
sent-kind = { $kind ->
    [practitioner] Clinicien
    [practitionerrole] Rôle
    [organization] Organisation
    [location] Lieu
    [healthcareservice] Service
    [servicerequest] Demande
    [messageheader] Message
    [questionnaireresponse] Formulaire
    [condition] Problème
    [medicationrequest] Médicament
    [medicationstatement] Médicament
    [medication] Produit
    [allergyintolerance] Allergie
    [observation] Mesure ou résultat
    [procedure] Intervention
    [immunization] Vaccin
    [familymemberhistory] Antécédents familiaux
    [device] Appareil
    [relatedperson] Personne-ressource
    [documentreference] Document
    [diagnosticreport] Rapport
   *[unlisted] { $kind }
}
sent-group = { $kind ->
    [condition] Problèmes
    [medicationrequest] Médicaments
    [medicationstatement] Médicaments pris
    [medication] Produits
    [allergyintolerance] Allergies
    [observation] Mesures et résultats
    [procedure] Interventions
    [immunization] Vaccins
    [familymemberhistory] Antécédents familiaux
    [device] Appareils
   *[unlisted] { $kind }
}
fhir-element = { $name ->
    [abatement] Résolu
    [active] Actif
    [address] Adresse
    [alias] Aussi appelé
    [as-needed] Au besoin
    [asserter] Selon
    [assigner] Attribué par
    [attachment] Fichier
    [author] Auteur
    [author-reference] Auteur
    [author-string] Auteur
    [authored] Rempli
    [authored-on] Date
    [based-on] D’après
    [birth-date] Date de naissance
    [body-site] Siège
    [category] Catégorie
    [city] Ville
    [clinical-status] État clinique
    [code] Code
    [comment] Commentaire
    [communication] Langue
    [component] Composante
    [conclusion] Conclusion
    [conclusion-code] Conclusion codée
    [condition] Problème
    [contact] Personne à joindre
    [contained] Contenu
    [content] Contenu
    [content-type] Type de fichier
    [context] Contexte
    [contributed-to-death] A contribué au décès
    [country] Pays
    [creation] Créé
    [criticality] Gravité potentielle
    [custodian] Dépositaire
    [data-absent-reason] Non fourni parce que
    [date] Date
    [date-asserted] Affirmé
    [date-recorded] Consigné
    [deceased] Décédé
    [denominator] Par
    [description] Description
    [destination] Destination
    [detail] Détail
    [device] Appareil
    [dispense-request] Délivrance
    [display] Texte
    [district] District
    [division] Division
    [doc-status] État du document
    [dosage] Posologie
    [dosage-instruction] Posologie
    [dose] Dose
    [dose-and-rate] Dose et débit
    [dose-quantity] Dose
    [duration] Durée
    [effective] Date
    [email] Courriel
    [encounter] Visite
    [end] Fin
    [endpoint] Adresse du système
    [enterer] Saisi par
    [event] Événement
    [event-coding] Message
    [evidence] Constatations
    [expected-supply-duration] Quantité pour
    [expiration-date] Expire
    [family] Nom de famille
    [fax] Télécopieur
    [focus] Au sujet de
    [format] Format
    [frequency] Fois
    [gender] Sexe
    [general-practitioner] Clinicien de première ligne
    [given] Prénom
    [health-card-version-code] Code de version
    [health-number] Numéro de carte santé
    [healthcare-service] Service
    [high] Limite supérieure
    [identifier] Numéro
    [identifierversion] Code de version
    [intent] Intention
    [interpretation] Interprétation
    [interpreter-required] Interprète nécessaire
    [issued] Publié
    [item] Réponses
    [language] Langue
    [last-occurrence] Dernier épisode
    [line] Rue
    [location] Lieu
    [lot-number] Lot
    [low] Limite inférieure
    [managing-organization] Géré par
    [manifestation] Réaction
    [manufacturer] Fabricant
    [medication] Médicament
    [meta] Étiquettes
    [method] Méthode
    [mode] Mode
    [multiple-birth] Jumeau ou autre naissance multiple
    [name] Nom
    [nofixedaddress] Sans adresse fixe
    [note] Note
    [number-of-repeats-allowed] Renouvellements
    [numerator] Quantité
    [occurrence] Date
    [onset] Début
    [onset-age] Âge au début
    [order-detail] Précisions
    [organization] Organisation
    [other] Autre coordonnée
    [outcome] Issue
    [pager] Téléavertisseur
    [part-of] Fait partie de
    [patient-instruction] Consigne au patient
    [performed] Date
    [performer] Par
    [period] Période
    [period-unit] Unité de temps
    [phone] Téléphone
    [physical-type] Type de lieu
    [position] Position
    [postal-code] Code postal
    [practitioner] Clinicien
    [preferred] Préférée
    [prefix] Titre
    [presented-form] Fichier
    [primary-source] Consigné de première main
    [priority] Priorité
    [provided-by] Offert par
    [qualification] Titre professionnel
    [quantity] Quantité
    [questionnaire] Formulaire
    [rank] Ordre de préférence
    [reaction] Réaction
    [reason-code] Motif
    [reason-reference] Motif
    [receiver] Destinataire
    [recorded-date] Consigné
    [recorder] Consigné par
    [reference-range] Valeurs de référence
    [relates-to] Lié à
    [relationship] Lien
    [repeat] Horaire
    [reported] Rapporté par autrui
    [requester] Demandé par
    [responsible] Responsable
    [result] Résultat
    [results-interpreter] Interprété par
    [role] Rôle
    [route] Voie
    [security] Mention de confidentialité
    [sender] Expéditeur
    [sequence] Ordre
    [serial-number] Numéro de série
    [severity] Gravité
    [sex] Sexe
    [site] Siège
    [size] Taille en octets
    [sms] Messages texte
    [software] Logiciel
    [source] Source
    [specialty] Spécialité
    [specimen] Prélèvement
    [stage] Stade
    [start] Début
    [state] Province
    [status] État
    [status-reason] Raison de l’état
    [subject] Patient
    [substance] Substance
    [suffix] Suffixe
    [supporting-info] Joint à la demande
    [telecom] Coordonnées
    [text] Texte
    [time] Heure
    [timing] Horaire
    [title] Titre
    [type] Type
    [unit] Unité
    [url] Adresse Web
    [use] Usage
    [vaccine-code] Vaccin
    [validity-period] Validité
    [value] Valeur
    [value-quantity] Valeur
    [verification-status] Certitude
    [version] Version
    [withdrawn] Retiré
   *[unlisted] { $name }
}
# Résultat anormal, après sa valeur et son unité
lab-flag = { $code ->
    [H] · élevé
    [HH] · élevé, critique
    [L] · bas
    [LL] · bas, critique
    [A] · anormal
    [AA] · anormal, critique
   *[other] · { $code }
}
fhir-code = { $code ->
    [true] Oui
    [false] Non
    [active] actif
    [inactive] inactif
    [resolved] résolu
    [remission] en rémission
    [recurrence] récidive
    [relapse] rechute
    [confirmed] confirmé
    [unconfirmed] non confirmé
    [provisional] provisoire
    [differential] différentiel
    [refuted] réfuté
    [entered-in-error] saisi par erreur
    [problem-list-item] élément de la liste de problèmes
    [encounter-diagnosis] diagnostic de la visite
    [vital-signs] signes vitaux
    [laboratory] laboratoire
    [social-history] habitudes de vie
    [procedure] intervention
    [imaging] imagerie
    [exam] examen
    [medication] médicament
    [food] aliment
    [environment] environnement
    [biologic] produit biologique
    [allergy] allergie
    [intolerance] intolérance
    [high] élevée
    [low] faible
    [unable-to-assess] non évaluable
    [mild] légère
    [moderate] modérée
    [severe] grave
    [final] définitif
    [preliminary] préliminaire
    [registered] enregistré
    [partial] partiel
    [amended] modifié
    [corrected] corrigé
    [appended] complété
    [current] actuel
    [superseded] remplacé
    [completed] terminé
    [in-progress] en cours
    [on-hold] suspendu
    [cancelled] annulé
    [stopped] arrêté
    [draft] brouillon
    [not-done] non fait
    [not-taken] non pris
    [intended] prévu
    [unknown] inconnu
    [asked-unknown] demandé, inconnu
    [masked] masqué
    [not-permitted] non permis
    [as-text] en texte
    [order] ordonnance
    [original-order] ordonnance initiale
    [reflex-order] ordonnance réflexe
    [filler-order] ordonnance d’exécution
    [instance-order] ordonnance ponctuelle
    [proposal] proposition
    [plan] plan
    [directive] directive
    [option] option
    [routine] non urgente
    [urgent] urgente
    [asap] dès que possible, avant urgente
    [stat] immédiate
    [male] masculin
    [female] féminin
    [other] autre
    [home] domicile
    [work] bureau
    [mobile] cellulaire
    [temp] temporaire
    [old] périmé
    [billing] facturation
    [official] officiel
    [usual] usuel
    [nickname] surnom
    [anonymous] anonyme
    [maiden] à la naissance
    [secondary] secondaire
    [postal] postale
    [physical] physique
    [both] postale et physique
    [instance] lieu précis
    [kind] type de lieu
    [phone] téléphone
    [fax] télécopieur
    [email] courriel
    [en] anglais
    [fr] français
    [add-service-request] nouvelle demande
    [smart-launch] lancée depuis le DME
   *[unlisted] { $code }
}
review-doubts = À vérifier
review-differing = Différences avec le dossier
review-differing-none = aucune réponse n’est envoyée
review-differing-left-out = non joint : { $value }
review-differing-chart = (le dossier contient { $value })
review-differing-chart-dated = (le dossier contient { $value }, { $date })
review-differing-count = { $count ->
    [one] Une réponse diffère du dossier
   *[other] { $count } réponses diffèrent du dossier
}
sent-answers = Réponses
part-corrected-you = votre ajout
part-corrected-you-chart = votre correction ; dossier : { $chart }
part-corrected-form = ajout du formulaire
part-corrected-form-chart = correction du formulaire ; dossier : { $chart }
