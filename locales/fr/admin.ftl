admin-brand = Administration de Passerelle
admin-nav-ehrs = DME
admin-moment = { $day ->
    [1] 1er
   *[other] { $day }
} { $month ->
    [1] janv.
    [2] févr.
    [3] mars
    [4] avr.
    [5] mai
    [6] juin
    [7] juill.
    [8] août
    [9] sept.
    [10] oct.
    [11] nov.
   *[other] déc.
} { $year }, { $time }

admin-sign-in-title = Ouverture de session des administrateurs
admin-sign-in-what = Pour les personnes qui s’occupent des DME. Les cliniciens entrent depuis leur DME.
admin-sign-in-wrong = Ce courriel et ce mot de passe ne vont pas ensemble, ou ne sont pas ceux d’un administrateur. Après dix essais, un compte se repose une heure.
admin-sign-in-ended = Votre session a pris fin. Rien n’a été modifié depuis; ouvrez une session pour continuer.
admin-sign-in-signed-out = Votre session est fermée.
admin-sign-in-too-old = Cette page était trop ancienne. Veuillez ouvrir une session de nouveau.

admin-ehrs-title = DME
admin-no-ehrs = Aucun DME n’est encore inscrit. Ajoutez le premier.
admin-add = Ajouter un DME
admin-add-what = Rien n’est envoyé au DME avant que vous le vérifiiez.
admin-add-go = Ajouter ce DME
admin-back-to-ehrs = Tous les DME
admin-back-to-ehr = Retour à { $name }
admin-cancel = Annuler
admin-state-active = Actif
admin-state-paused = En pause
admin-state-unreadable = Illisible
admin-unreadable-what = Son inscription ou son secret ne s’ouvre pas avec les clés actuelles. Le journal dit pourquoi.
admin-last-opened = Dernier lancement réussi
admin-last-refused = Dernier refus
admin-never = Aucun pour l’instant
admin-optional = facultatif
admin-not-set = Non défini

admin-done-added = Ajouté. Vérifiez-le maintenant; la vérification montre aussi ce dont son administrateur a besoin.
admin-done-changed = Modifié. Cela compte dès le prochain lancement.
admin-done-unchanged = Rien n’a changé : c’était déjà ainsi.
admin-done-suspended = En pause. Personne ne peut lancer l’application depuis ce DME, et ses sessions sont fermées.
admin-done-resumed = Les lancements sont de nouveau possibles.
admin-done-approved = Approuvé.
admin-done-rotated = De nouvelles clés sont publiées. Elles signeront dans 24 heures; d’ici là, les clés actuelles continuent.
admin-done-replaced = Les clés sont remplacées. Les lancements échouent jusqu’à ce que le DME demande les nouvelles.
admin-done-removed = Le DME est supprimé.
admin-done-gone = Ce DME n’est pas inscrit, ou son inscription est illisible.

admin-check-title = Tout concorde-t-il?
admin-check-what = Demande au DME ce qu’il publie et dit, ligne par ligne, ce qui concorde, ce qui ne concorde pas et quel réglage y change quelque chose. Aucun secret n’est envoyé, rien n’est modifié.
admin-check-go = Vérifier { $name }
admin-check-again = Vérifier de nouveau
admin-checked-title = Vérification de { $name }
admin-level-good = Bien
admin-level-note = Remarque
admin-level-problem = Problème
admin-set-setting = Donner à { $setting } la valeur { $value }
admin-add-to-setting = Ajouter { $value } à { $setting }
admin-edit-setting = Modifier { $setting }
admin-waiting-title = Un point d’accès a déménagé
admin-waiting-what = Rien n’est envoyé à ces endroits tant que vous ne les avez pas approuvés. Demandez d’abord à l’administrateur du DME : un point de jetons déplacé, c’est ce que publierait un attaquant.
admin-approve = Approuver { $origin }
admin-launches-title = Lancements
admin-scopes-assumed = Les portées sont montrées dans la syntaxe de SMART 2. Une vérification montre laquelle ce DME accepte.
admin-registration-title = Inscription
admin-file-hint = Si ce DME figure dans le fichier de ehr.file, modifiez-le aussi là : le prochain démarrage le relit.
admin-change = Modifier l’inscription
admin-change-title = Modifier { $name }
admin-change-go = Enregistrer
admin-form-conflict = Quelqu’un d’autre a modifié cette inscription entre-temps. Ce que vous avez saisi est ici; si vous l’enregistrez de nouveau, cela remplacera sa version.
admin-problems = { $count ->
    [one] Un point demande votre attention
   *[other] { $count } points demandent votre attention
}
admin-keys-title = Nos clés là-bas
admin-keys-what = Les nouvelles clés sont publiées un jour avant de signer, pour que le DME les ait vues d’ici là.
admin-rotate = Créer de nouvelles clés
admin-replace = Quelqu’un connaît peut-être les clés actuelles
admin-pause-title = Pause
admin-pause-what = Plus personne ne pourra alors lancer l’application depuis ce DME, et tous ceux qui en viennent verront leur session se fermer aussitôt. Les brouillons enregistrés restent.
admin-paused-what = Il est en pause. Le supprimer efface l’inscription et nos clés là-bas; les comptes, les demandes et la piste de vérification restent.
admin-suspend = Mettre { $name } en pause
admin-resume = Rétablir { $name }
admin-remove = Supprimer ce DME
admin-confirm-remove = Supprimer { $name }?
admin-confirm-remove-what = Son inscription, son secret et nos clés là-bas sont effacés. Les comptes, les demandes et la piste de vérification restent. S’il figure dans le fichier de ehr.file, retirez-le aussi de là.
admin-confirm-remove-go = Oui, le supprimer
admin-confirm-replace-keys = Remplacer maintenant les clés pour { $name }?
admin-confirm-replace-keys-what = Les clés actuelles sont retirées aussitôt. Les lancements échouent jusqu’à ce que le DME demande les nouvelles, ou les reçoive.
admin-confirm-replace-keys-go = Oui, les remplacer
admin-confirm-stop = Non, laisser tel quel

admin-nav-launches = Lancements
admin-launches-of = Lancements depuis { $name }
admin-launches-what = Ce qui s’est passé quand quelqu’un nous a ouverts depuis un DME, pendant une semaine. Les secrets, codes et jetons et tout ce qui concerne des personnes sont biffés.
admin-reference = Référence
admin-reference-hint = Ce que la personne lit sur sa page, par exemple 7Q4K-92MD.
admin-find-launch = Trouver ce lancement
admin-no-launch = Aucun lancement { $reference } dans la dernière semaine. Redemandez la référence : elle figure au bas de la page affichée.
admin-newest-launches = Les lancements les plus récents
admin-no-launches = Aucun lancement dans la dernière semaine.
admin-no-known-ehr = Aucun DME connu
admin-launch-title = Lancement { $reference }
admin-back-to-launches = Tous les lancements
admin-launch-what = Les étapes dans l’ordre. Les secrets, codes et jetons et tout ce qui concerne des personnes sont biffés.
admin-after = { $milliseconds } ms après le début
admin-struck-out = (biffé)
admin-step-launch-request = La demande de lancement est arrivée
admin-step-metadata = Les points d’accès du DME sont connus
admin-step-authorization-request = Le navigateur est envoyé au DME
admin-step-callback = Le navigateur est revenu
admin-step-token-response = Le point de jetons a répondu
admin-step-id-token = L’id_token est en cours de vérification
admin-step-chart-read = L’id_token est vérifié et le dossier a été lu
admin-step-opened = Le lancement a réussi
admin-step-refused = Il s’est arrêté ici
admin-outcome-opened = Le dossier a été ouvert
admin-outcome-asked = On a demandé son compte à la personne

admin-refusal-iss-unknown = Le DME n’est pas inscrit
admin-refusal-request = Le lancement était incomplet
admin-refusal-ehr-suspended = Il était en pause
admin-refusal-callback = La réponse ne correspondait pas à la demande
admin-refusal-attempt-spent = L’ouverture de session a pris trop de temps, ou sa page a été ouverte deux fois
admin-refusal-declined = Le DME ou la personne a refusé
admin-refusal-id-token = L’id_token n’a pas passé nos vérifications
admin-refusal-token = Le DME n’a pas donné de jetons utilisables
admin-refusal-launch-context = Le contexte de lancement était inutilisable
admin-refusal-client-auth = Nous n’avons pas pu prouver notre identité comme convenu
admin-refusal-ehr-metadata = Ce que publie le DME n’a pas pu être utilisé
admin-refusal-no-patient = Le DME n’a nommé aucun patient
admin-refusal-not-granted = Le DME n’a pas permis de lire le patient
admin-refusal-not-for-role = La personne n’est pas clinicienne selon le DME
admin-refusal-patient-mismatch = Le DME a donné un autre patient
admin-refusal-patient-unreadable = Le patient n’a pas pu être lu
admin-refusal-access-changed = Le DME a renouvelé l’accès pour autre chose
admin-refusal-account-disabled = Le compte est désactivé
admin-refusal-user-refused = La règle des utilisateurs a refusé
admin-refusal-no-context = Le dossier n’était pas ouvert
admin-refusal-users = Les comptes n’ont pas pu être lus
admin-refusal-database = La base de données n’a pas répondu

setting-kind = Type de DME
setting-kind-hint = Commence avec ce que l’on en sait. Tout peut être modifié ensuite.
kind-none = Autre, selon la norme
kind-smile = Smile CDR
kind-aidbox = Aidbox
kind-epic = Epic (clés; indiquez l’émetteur)
kind-oracle = Oracle Health, autrefois Cerner (portées de SMART 1.0)
kind-smart-1-0 = Serveur SMART 1.0 (indiquez l’émetteur)
kind-halo = Accélérateur HALO
setting-id = Identifiant
setting-id-hint = a-z, 0-9 et traits d’union, par exemple riverside. Il figure dans l’URI de redirection et ne change jamais.
setting-name = Nom
setting-name-hint = Celui que les gens connaissent.
setting-fhir_base_url = URL de base FHIR
setting-fhir_base_url-hint = L’iss de ses lancements, par exemple https://ehr.example.ca/fhir.
setting-aliases = Autres graphies de la base
setting-aliases-hint = Autres URL de base avec lesquelles il lance, une par ligne.
setting-issuer = Émetteur
setting-issuer-hint = Qui signe ses id_tokens, exactement comme le DME l’écrit. Si ce champ est vide, on se fie à ce que publie sa base.
setting-client_id = Identifiant client
setting-client_id-hint = Notre identifiant là-bas, tel que l’administrateur du DME vous l’a donné.
setting-client_auth = Authentification du client
setting-client_auth-hint = Comment nous prouvons notre identité. Avec des clés, il n’y a pas de secret : nous les créons et publions leur moitié publique.
choice-client_auth-none = Comme il est d’usage pour ce type
choice-client_auth-client_secret_basic = Secret en HTTP Basic (client_secret_basic)
choice-client_auth-client_secret_post = Secret dans le corps (client_secret_post)
choice-client_auth-private_key_jwt = Clés (private_key_jwt)
setting-client_secret = Secret du client
setting-client_secret-hint = Scellé dans la base de données et jamais montré de nouveau. Laissez vide pour des clés.
setting-client_secret-keep = Laissez vide pour garder le secret actuel. Il n’est jamais montré.
setting-basic_encoding = Écriture en HTTP Basic
setting-basic_encoding-hint = N’importe que pour d’autres caractères que les lettres et les chiffres.
choice-basic_encoding-form = Encodés comme un formulaire, selon OAuth
choice-basic_encoding-raw = Tels quels
setting-client_id_in_body = Identifiant client aussi dans le corps
setting-client_id_in_body-hint = Pour un serveur qui l’exige.
setting-signing_alg = Algorithme de nos assertions
setting-signing_alg-hint = Avec des clés seulement. Sinon, le meilleur que le DME annonce.
choice-signing_alg-none = Selon ce que le DME annonce
choice-signing_alg-RS384 = RS384
choice-signing_alg-ES384 = ES384
setting-assertion_audience = Destinataire de nos assertions
setting-assertion_audience-hint = Avec des clés seulement, et pour un serveur qui veut autre chose que l’URL où elles sont envoyées.
setting-scopes = Portées
setting-scopes-hint = Ce que nous demandons, une par ligne, par exemple patient/Patient.r.
setting-scope_syntax = Écriture des portées
setting-scope_syntax-hint = Selon ce que le DME dit connaître, sauf si vous choisissez.
choice-scope_syntax-auto = Selon ce que le DME dit
choice-scope_syntax-v1 = Comme SMART 1.0 (patient/Patient.read)
choice-scope_syntax-v2 = Comme SMART 2 (patient/Patient.rs)
setting-write_orders = Noter les demandes envoyées dans ses ordonnances
setting-write_orders-hint = Oui seulement avec des clés, et si le DME nous accorde des portées system/ServiceRequest : une demande livrée est notée dans l’ordonnance d’où elle est partie.
setting-many_clinics = Plusieurs cliniques derrière une même base
setting-many_clinics-hint = Oui pour un accélérateur comme HALO : le même identifiant de patient désigne une autre personne dans une autre clinique.
setting-standalone = On peut commencer ici
setting-standalone-hint = Oui l’affiche sur notre page de départ; le DME demande alors quel patient.
setting-authorize_by = Ouverture de sa page de connexion
setting-authorize_by-hint = Par POST si le DME le peut et que l’adresse serait très longue, sauf si vous choisissez.
choice-authorize_by-auto = Selon ce que le DME dit
choice-authorize_by-get = Toujours par GET
choice-authorize_by-post = Toujours par POST
setting-nonce_echoed = Ses id_tokens répètent le nonce
setting-nonce_echoed-hint = Non seulement pour un DME qui ne le fait jamais.
setting-fhir_user_claim = Attribut qui nomme l’utilisateur
setting-fhir_user_claim-hint = Où l’id_token nomme la ressource de la personne.
choice-fhir_user_claim-fhirUser = fhirUser, selon SMART
choice-fhir_user_claim-profile = profile
choice-fhir_user_claim-fhiruser = fhiruser, en minuscules
setting-discover_from_capability_statement = Se fier à son CapabilityStatement
setting-discover_from_capability_statement-hint = Oui seulement pour un serveur SMART 1.0 sans smart-configuration.
setting-endpoint_origins = Autres origines de ses points d’accès
setting-endpoint_origins-hint = Si ce champ est vide, celles du premier lancement réussi. Une par ligne, par exemple https://auth.ehr.example.ca.
setting-frame_ancestors = Origines qui peuvent nous afficher dans un cadre
setting-frame_ancestors-hint = Une par ligne, par exemple https://ehr.example.ca. Si ce champ est vide, aucune.
setting-allowed_networks = Plages d’adresses privées permises
setting-allowed_networks-hint = Seulement pour un DME dans votre propre réseau, une par ligne, par exemple 10.20.0.0/16.
setting-linking = Personnes inconnues
setting-linking-hint = Ce qui se passe quand quelqu’un lance l’application pour la première fois.
choice-linking-link = Elles associent elles-mêmes un compte, une fois
choice-linking-provision = Elles reçoivent un compte
choice-flag-true = Oui
choice-flag-false = Non

problem-is-not-a-slug = Ce n’est pas un identifiant.
fix-use-1-to-40-of-a-z-0-9-and-hyphens = Utilisez de 1 à 40 caractères parmi a-z, 0-9 et le trait d’union.
problem-is-empty = Ce champ est vide.
fix-write-the-name-people-know = Écrivez le nom que les gens connaissent.
fix-write-the-id-the-ehr-gave-you = Écrivez l’identifiant que le DME vous a donné.
problem-is-not-a-list-of-origins = Ce ne sont pas des origines.
fix-write-them-like-https-ehr-example-ca-without-a-path = Écrivez-les comme https://ehr.example.ca, sans chemin.
problem-not-an-http-address = Ce n’est pas une adresse http.
problem-not-a-plain-host = Son nom d’hôte n’est pas simple.
problem-not-a-plain-path = Son chemin n’est pas simple.
problem-too-long = C’est trop long.
fix-write-it-like-https-ehr-example-ca-fhir = Écrivez-la comme https://ehr.example.ca/fhir.
problem-is-plain-http = C’est du http sans chiffrement.
fix-use-https-or-name-its-addresses-in-allowed-networks = Utilisez https, ou indiquez ses plages d’adresses privées.
problem-is-private-key-jwt-and-there-is-a-secret = C’est private_key_jwt, et il y a un secret.
fix-take-the-secret-out-private-key-jwt-has-none = Retirez le secret : private_key_jwt n’en a pas.
problem-is-set-and-client-auth-is-not-private-key-jwt = Ce champ est rempli, et l’authentification du client ne se fait pas par clés.
problem-is-true-and-client-auth-is-not-private-key-jwt = C’est activé, et l’authentification du client ne se fait pas par clés.
fix-acting-for-ourselves-needs-keys-choose-private-key-jwt = Agir en notre propre nom exige des clés : choisissez-les comme authentification du client.
fix-put-pem-certificates-of-authorities-there-and-nothing-else = Mettez-y des certificats PEM d’autorités, et rien d’autre.
fix-take-it-out = Videz-le.
problem-is-raw-and-client-id-has-a-colon = L’identifiant client contient un deux-points.
fix-use-form-a-raw-colon-ends-the-id = Choisissez l’encodage de formulaire : un deux-points écrit tel quel terminerait l’identifiant.
problem-unreadable-scope = « { $quoted } » n’est pas une portée.
fix-write-it-like-patient-patient-rs = Écrivez-la comme patient/Patient.rs.
problem-missing-scope = Il manque { $quoted }.
fix-an-ehr-launch-with-sign-in-needs-launch-openid-and-fhiruser = Un lancement avec ouverture de session exige launch, openid et fhirUser.
problem-is-missing = Ce champ est vide.
fix-static-endpoints-need-the-issuer-of-the-id-tokens = Des points d’accès convenus d’avance exigent l’émetteur des id_tokens.
fix-a-capabilitystatement-does-not-say-who-signs-the-id-tokens = Un CapabilityStatement ne dit pas qui signe les id_tokens.
fix-this-kind-of-ehr-does-not-publish-it-ask-its-administrator = Ce type de DME ne le publie pas : demandez-le à son administrateur.
problem-is-registered-already = Un DME est déjà inscrit sous cet identifiant.
fix-choose-another-id = Choisissez un autre identifiant.
problem-is-given-and-keys-need-none = Un secret est donné, et des clés n’en ont pas besoin.
fix-leave-it-empty-or-choose-a-way-with-a-secret = Laissez vide, ou choisissez une façon avec secret.
fix-give-the-secret-as-well-this-way-of-client-authentication-needs-one = Cette façon de s’authentifier exige un secret.
problem-has-the-secret-of = C’est aussi le secret de { $quoted }.
fix-ask-each-ehr-for-its-own-secret = Demandez à chaque DME son propre secret.
problem-has-the-base-url-of = C’est aussi l’URL de base de { $quoted }.
fix-register-each-base-once-aliases-included-passerelle-ehr-remove-takes-an-ehr-away = Inscrivez chaque base une seule fois, autres graphies comprises.
problem-is-not-valid = Ce qui est écrit ne peut pas être lu.
problem-is-not-a-setting-that-can-be-changed = Ce réglage n’existe pas.
fix-write-true-or-false = Choisissez oui ou non.
fix-write-ranges-like-10-20-0-0-16-with-blanks-between-them = Écrivez des plages comme 10.20.0.0/16, une par ligne.
fix-write-a-value = Écrivez une valeur.
