home-title = Demande de consultation pour ce patient
home-drafts = Poursuivre un brouillon
home-forms = Commencer une demande
home-begin = Commencer
home-begin-named = Commencer : { $form }
home-continue = Poursuivre
home-sent = Envoyées pour ce patient
stop-patient-deceased = Selon le dossier, cette personne est décédée : aucune demande ne peut être commencée. Si le dossier est erroné, corrigez-le dans le DME et relancez l’application.
stop-patient-replaced = Ce dossier a été remplacé par un autre : aucune demande ne peut en partir. Ouvrez dans le DME le dossier qui le remplace et relancez l’application.
home-no-forms = Aucun formulaire n’est installé. Adressez-vous à votre administrateur.
row-saved = enregistré le { $at }
row-changed = dernière modification le { $at }
steps-label = Sections du formulaire
edit-lead = { $from_chart } réponses sur { $asked } viennent du dossier, tel que fourni par le DME, qui ne transmet peut-être pas tout. Vérifiez-les et ajoutez ce que le dossier ne contient pas.
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
destination-show-others = Afficher les autres services ({ $count })
review-title = Vérifier et envoyer
review-lead = Rien n’a encore été envoyé. Voici exactement ce qui le sera.
review-summary = Sommaire
review-patient = Patient
review-form = Formulaire
review-clinician = Clinicien
review-prepared-by = préparée par { $name }
review-ehr = DME
review-destination = Destination
review-change = Modifier
review-open = { $count ->
    [one] Une réponse manque avant l’envoi
   *[other] { $count } réponses manquent avant l’envoi
}
review-unconfirmed = Non envoyée : confirmez d’abord chacun de ces points, ou modifiez la demande
review-check = Vérifier de nouveau
finding-other-specialty = Ce service n’offre pas la spécialité du formulaire. Je veux lui envoyer la demande.
review-sign = En envoyant, { $name } signe cette demande.
review-send = Envoyer la demande à { $destination }
review-hand-over = Remettre pour signature
review-hand-over-what = Le clinicien qui ouvrira le dossier de ce patient la trouvera prête à signer.
finding-recent-duplicate = Ce patient a déjà été adressé à ce service au cours des 90 derniers jours. Envoyer quand même.
finding-patient-inactive = Le dossier est marqué inactif. C’est bien le bon patient.
finding-message-entry = Un élément choisi dans le dossier ne peut pas être envoyé : il concerne une autre personne, a été saisi par erreur ou porte une mention que nous ne reconnaissons pas. Retirez-le du formulaire et vérifiez de nouveau.
finding-message-chart = Il manque au dossier un renseignement que toute demande doit contenir. Corrigez-le dans le DME et relancez l’application, ou avisez votre administrateur en lui donnant la référence ci-dessous.
finding-patient-test = Il s’agit d’un patient fictif. La demande est envoyée comme toute autre, et la destination en a été informée.
finding-patient-replaced = Ce dossier a été remplacé par un autre : aucune demande ne peut être envoyée d’ici. Ouvrez dans le DME le dossier qui le remplace et relancez l’application.
finding-patient-deceased = Selon le dossier, cette personne est décédée : la demande ne peut pas être envoyée. Si le dossier est erroné, corrigez-le dans le DME et relancez l’application.
detail-status = État de la demande
detail-timeline = Historique
detail-look-again = Actualiser
detail-go-on = Poursuivre la rédaction
detail-go-on-elsewhere = Pour continuer, ouvrez le dossier de ce patient dans le DME et choisissez-y cette application. Votre brouillon vous sera proposé.
status-draft = Brouillon
status-draft-what = Elle n’a pas été envoyée. Elle n’est visible que pour vous.
status-ready-to-sign = À signer
status-ready-to-sign-what = Elle est complète et attend la signature d’un clinicien.
status-sending = Envoi en cours
status-sending-what = Elle est signée et en cours d’envoi. Vous pouvez fermer cette page.
status-sent = Livrée
status-sent-what = La destination a confirmé qu’elle a reçu la demande.
status-not-delivered = Non livrée
status-not-delivered-what = Elle n’a pas pu être livrée. Téléphonez à la destination ou envoyez-la autrement, et avisez votre administrateur.
status-unconfirmed = Non confirmée
status-unconfirmed-what = Elle est peut-être arrivée, peut-être pas, et nous ne la renvoyons jamais sans le savoir. Téléphonez à la destination.
event-begun = Brouillon commencé
event-ready-to-sign = Remise pour signature
event-submitted = Signée et envoyée
event-delivery-retry = La destination ne l’a pas encore acceptée ; nous réessaierons
event-delivered = La destination a confirmé la réception
event-not-delivered = Elle n’a pas pu être livrée
event-order-updated = L’ordonnance au DME a été mise à jour
event-order-not-updated = L’ordonnance au DME n’a pas pu être mise à jour
event-unconfirmed = La destination n’a pas confirmé la réception
list-empty = Vous n’avez encore commencé aucune demande.
list-empty-patient = Vous n’avez encore commencé aucune demande pour ce patient.
mine-needs-you = À faire
mine-all = Toutes les demandes
mine-referral = Demande
mine-changed = Dernière modification
mine-lead = Demandes de tous vos patients. Regardez le nom avant d’en ouvrir une.
saved-title = Votre session a pris fin et votre texte est enregistré
saved-what = Votre session a été fermée faute d’activité. Ce que vous avez écrit est enregistré dans votre brouillon.
saved-next = Rouvrez la demande depuis le dossier du patient. Votre brouillon vous sera proposé.
signed-out-title = Votre session est fermée
signed-out-what = Vous pouvez fermer cette page. Ce qui était enregistré est toujours là.
signed-out-next = Pour continuer, rouvrez la demande depuis le dossier du patient.
