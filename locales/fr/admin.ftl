admin-brand = Administration de Passerelle
admin-nav-ehrs = DME
admin-local-time = { $day ->
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

admin-sign-in-title = Connexion des administrateurs
admin-sign-in-what = Pour les administrateurs des connexions aux DME. Les cliniciens ouvrent leur session depuis leur DME.
admin-sign-in-wrong = Adresse courriel ou mot de passe incorrect, ou compte sans droits d’administration. Après dix essais infructueux, le compte est bloqué pendant une heure.
admin-sign-in-ended = Votre session a pris fin. Rien n’a été modifié depuis ; ouvrez une session pour continuer.
admin-sign-in-kept = Votre session a pris fin et rien n’a été enregistré. Votre saisie est conservée : ouvrez une session pour revenir au formulaire.
admin-sign-in-busy = Trop de personnes ouvrent une session en ce moment. Attendez quelques secondes et réessayez ; cet essai n’a pas été compté.
admin-sign-in-signed-out = Votre session est fermée.
admin-sign-in-too-old = Cette page était trop ancienne. Ouvrez une session de nouveau.

admin-ehrs-title = DME
admin-no-ehrs = Aucun DME n’est encore inscrit. Ajoutez le premier.
admin-add = Ajouter un DME
admin-add-what = Rien n’est envoyé au DME tant que vous ne l’avez pas vérifié.
admin-add-go = Ajouter ce DME
admin-back-to-ehrs = Tous les DME
admin-back-to-ehr = Retour à { $name }
admin-cancel = Annuler
admin-state-active = Actif
admin-state-suspended = Suspendu
admin-state-unreadable = Illisible
admin-unreadable-what = L’inscription ou son secret ne peut pas être déchiffré avec les clés actuelles : les lancements depuis ce DME sont refusés. Le journal en donne la raison. Si seul le secret est perdu, entrez-le de nouveau.
admin-last-opened = Dernier lancement réussi
admin-last-refused = Dernier lancement refusé
admin-never = Aucun pour l’instant
admin-none-in-days = Aucun au cours des { $days } derniers jours
admin-optional = facultatif
admin-not-set = Non défini

admin-done-added = Ajouté. Vérifiez-le maintenant ; la vérification montre aussi ce dont l’administrateur du DME a besoin.
admin-done-changed = Enregistré. Prend effet au prochain lancement.
admin-done-unchanged = Aucun changement : c’est déjà la valeur actuelle.
admin-done-conflict = Non enregistré : un autre administrateur a modifié cette inscription entre-temps. Vérifiez de nouveau.
admin-done-suspended = Suspendu. Les lancements depuis ce DME sont refusés et ses sessions sont fermées.
admin-done-resumed = Rétabli. Les lancements depuis ce DME sont de nouveau acceptés.
admin-done-approved = Approuvé.
admin-done-rotated = De nouvelles clés sont publiées. Elles signeront dans 24 heures ; d’ici là, les clés actuelles continuent de signer.
admin-done-replaced = Les clés sont remplacées. Les lancements échouent jusqu’à ce que le DME obtienne les nouvelles.
admin-done-removed = Le DME est supprimé.
admin-done-gone = Ce DME n’est pas inscrit, ou son inscription est illisible.

admin-check-title = Vérification
admin-check-what = Lit ce que le DME publie et indique, ligne par ligne, ce qui concorde avec l’inscription, ce qui ne concorde pas et quel réglage corriger. Aucun secret n’est envoyé et rien n’est modifié.
admin-check-go = Vérifier { $name }
admin-check-again = Vérifier de nouveau
admin-checked-title = Vérification de { $name }
admin-level-good = Conforme
admin-level-note = Remarque
admin-level-problem = Problème
admin-set-setting = Donner à { $setting } la valeur { $value }
admin-add-to-setting = Ajouter { $value } à { $setting }
admin-edit-setting = Modifier { $setting }
admin-pending-title = Un point de terminaison a changé d’adresse
admin-pending-what = Rien n’est envoyé à ces origines tant que vous ne les avez pas approuvées. Confirmez d’abord auprès de l’administrateur du DME : un attaquant publierait un autre point de terminaison des jetons.
admin-approve = Approuver { $origin }
admin-launches-title = Lancements
admin-scopes-assumed = Les portées sont montrées dans la syntaxe de SMART 2. Une vérification montre la syntaxe que ce DME accepte.
admin-registration-title = Inscription
admin-file-hint = Si ce DME figure aussi dans le fichier indiqué par ehr.file, modifiez-le là également : le fichier est relu au prochain démarrage.
admin-change = Modifier l’inscription
admin-change-ends = Si l’URL de base, l’émetteur ou l’identifiant client change, la session de chaque utilisateur venu de ce DME se ferme ; les brouillons enregistrés sont conservés. Une autre URL de base exige son propre secret.
admin-change-title = Modifier { $name }
admin-change-go = Enregistrer
admin-form-conflict = Un autre administrateur a modifié cette inscription entre-temps. Votre saisie est ci-dessous ; l’enregistrer remplace cette modification.
admin-form-theirs = Valeur actuelle : { $value }
admin-form-kept = Ce que vous aviez saisi avant la fin de votre session est rétabli, sauf le secret. Rien n’est encore enregistré.
admin-problems = { $count ->
    [one] Un point demande votre attention
   *[other] { $count } points demandent votre attention
}
admin-keys-title = Nos clés pour ce DME
admin-keys-what = Les nouvelles clés sont publiées un jour avant de signer, pour que le DME les ait obtenues d’ici là.
admin-rotate = Renouveler les clés
admin-replace = Les clés actuelles sont peut-être compromises
admin-suspend-title = Suspension
admin-suspend-what = Tant qu’il est suspendu, les lancements depuis ce DME sont refusés. La session de ses utilisateurs se ferme aussitôt. Les brouillons enregistrés sont conservés.
admin-suspended-what = Ce DME est suspendu. Le supprimer efface l’inscription et nos clés pour ce DME ; les comptes, les demandes et la piste de vérification sont conservés.
admin-suspend = Suspendre { $name }
admin-resume = Rétablir { $name }
admin-remove = Supprimer ce DME
admin-confirm-suspend = Suspendre { $name } ?
admin-confirm-suspend-what = Les lancements depuis ce DME sont refusés jusqu’à ce que vous le rétablissiez. Les brouillons enregistrés et les demandes en attente de signature sont conservés, et les demandes déjà signées sont tout de même livrées.
admin-confirm-suspend-sessions = { $count ->
    [0] Aucune session n’est ouverte en ce moment.
    [one] 1 session ouverte se ferme aussitôt.
   *[other] { $count } sessions ouvertes se ferment aussitôt.
}
admin-confirm-suspend-go = Oui, le suspendre
admin-confirm-remove = Supprimer { $name } ?
admin-confirm-remove-what = L’inscription, son secret et nos clés pour ce DME sont supprimés. Les comptes, les demandes et la piste de vérification sont conservés ; les utilisateurs associent de nouveau leur compte si le DME est rajouté. S’il figure dans le fichier indiqué par ehr.file, supprimez-le là également.
admin-confirm-remove-go = Oui, le supprimer
admin-confirm-replace-keys = Remplacer maintenant les clés pour { $name } ?
admin-confirm-replace-keys-what = Les clés actuelles sont retirées aussitôt. Les lancements échouent jusqu’à ce que le DME obtienne les nouvelles ou les reçoive.
admin-confirm-replace-keys-go = Oui, les remplacer
admin-confirm-stop = Non, annuler

admin-nav-launches = Lancements
admin-launches-of = Lancements depuis { $name }
admin-launches-what = { $days ->
    [one] Lancements du dernier jour.
   *[other] Lancements des { $days } derniers jours.
} Les secrets, les codes, les jetons et les renseignements personnels sont masqués.
admin-reference = Référence
admin-reference-hint = Telle qu’elle figure sur la page de l’utilisateur, par exemple 7Q4K-92MD.
admin-find-launch = Trouver ce lancement
admin-no-launch = Aucun lancement { $reference } n’est conservé. { $days ->
    [one] Il date peut-être de plus d’un jour
   *[other] Il date peut-être de plus de { $days } jours
}, il a pu être écarté lors d’un afflux de lancements, ou la référence a été mal lue.
admin-newest-launches = Les lancements les plus récents
admin-unknown-launches = Lancements sans DME inscrit
admin-unknown-launches-what = Ces lancements ne nommaient aucun DME inscrit ou étaient incomplets. Comme ils n’exigent aucune ouverture de session, seuls les plus récents sont conservés.
admin-launches-not-back = Envoyés au DME, pas revenus
admin-launches-not-back-what = Le DME n’a pas renvoyé le navigateur. Il a peut-être montré sa propre page d’erreur, souvent parce qu’il connaît une autre URI de redirection ou un autre identifiant client : un lancement montre les nôtres, à comparer. Les lancements apparaissent ici dans les vingt secondes et disparaissent à leur retour.
admin-no-launches = { $days ->
    [one] Aucun lancement au cours du dernier jour.
   *[other] Aucun lancement au cours des { $days } derniers jours.
}
admin-no-known-ehr = Aucun DME inscrit
admin-launch-title = Lancement { $reference }
admin-back-to-launches = Tous les lancements
admin-launch-what = Les étapes dans l’ordre. Les secrets, les codes, les jetons et les renseignements personnels sont masqués.
admin-after = { $milliseconds } ms après le début
admin-redacted = (masqué)
admin-step-launch-request = Requête de lancement reçue
admin-step-metadata = Points de terminaison du DME connus
admin-step-authorization-request = Navigateur envoyé au DME
admin-step-callback = Navigateur revenu
admin-step-token-response = Réponse du point de terminaison des jetons reçue
admin-step-id-token = Vérification de l’id_token
admin-step-chart-read = id_token vérifié, dossier lu
admin-step-opened = Lancement réussi
admin-step-refused = Lancement refusé
admin-error = Erreur
admin-error-code = Code d’erreur
admin-error-guide = Dépannage : { $code }
admin-advice = Que faire :
admin-advice-not-back = Si le DME a montré une page d’erreur, comparez redirect_uri et client_id, indiqués ici, avec ce qui est inscrit au DME, caractère par caractère. Sinon, l’utilisateur ne s’est pas connecté ou a fermé la page.
admin-advice-launch-incomplete = Demandez à l’administrateur du DME de lancer l’application comme application SMART à notre URL de lancement, avec iss et launch, en https.
admin-advice-iss-unknown = Comparez iss avec fhir_base_url du DME. S’il s’agit d’une autre graphie du même serveur, ajoutez-la à aliases.
admin-advice-another-algorithm = Demandez à l’administrateur du DME de signer les id_tokens de notre client avec RS256, RS384, ES256 ou ES384.
admin-advice-callback-malformed = Demandez à l’administrateur du DME : son serveur doit renvoyer le navigateur avec state et soit code, soit error, chacun une seule fois.
admin-advice-ehr-failing = Le DME signale une erreur de son côté. Relancez plus tard ; si elle persiste, demandez à l’administrateur du DME ce que dit son journal à ce moment.
admin-advice-token-endpoint = Le point de terminaison des jetons a échoué, n’a pas été joint ou a renvoyé autre chose qu’une réponse de jetons. Une vérification ne peut pas le montrer, puisqu’elle ne demande aucun jeton. Cherchez un pare-feu ou un serveur mandataire entre les deux, et demandez à l’administrateur du DME ce que dit son journal à ce moment.
admin-advice-context-invalid = Demandez à l’administrateur du DME : patient, dans la réponse de jetons, doit être l’id du Patient sur ce serveur FHIR.
admin-advice-patient-refused = Le DME a accordé la portée, mais son serveur FHIR a refusé ce patient. Demandez à l’administrateur du DME si cet utilisateur peut lire le dossier par l’API, et si le serveur FHIR accepte les jetons d’accès émis pour notre client.
admin-advice-patient-not-found = Demandez à l’administrateur du DME si patient, dans la réponse de jetons, est l’id du Patient à fhir_base_url ; un autre de ses serveurs FHIR le détient peut-être.
admin-advice-patient-unreadable = Demandez à l’administrateur du DME ce que dit le journal de son serveur FHIR à ce moment, et relancez plus tard.
admin-advice-nonce-missing = Si la documentation du DME indique que ses id_tokens ne contiennent jamais le nonce, mettez nonce_echoed à false. Sinon, demandez à l’administrateur du DME de l’inclure.
admin-advice-another-audience = Comparez client_id avec l’identifiant que le DME nous a donné.
admin-advice-another-issuer = Demandez à l’administrateur du DME quel émetteur signe ses id_tokens et inscrivez-le dans issuer.
admin-advice-another-key = Demandez à l’administrateur du DME de publier la clé qui signe ses id_tokens. La vérification du DME montre les clés qu’il publie.
admin-advice-no-id-token = Gardez openid et fhirUser parmi les portées et demandez à l’administrateur du DME de les accorder à notre client.
admin-advice-secret-refused = Comparez client_id et le secret du client avec ceux que le DME a donnés. S’ils sont exacts, le DME les décode peut-être autrement : passez de client_secret_basic à client_secret_post ou l’inverse ; avec client_secret_basic, essayez aussi basic_encoding = "raw" ou client_id_in_body = true.
admin-advice-assertion-refused = Demandez à l’administrateur du DME si l’URL de notre jeu de clés y est inscrite et accessible. Si oui, le DME attend peut-être un autre destinataire : inscrivez dans assertion_audience la valeur que donne sa documentation, souvent son émetteur.
admin-advice-client-not-allowed = Demandez à l’administrateur du DME si notre client y est activé et peut utiliser le flux par code d’autorisation.
admin-advice-code-refused = Comparez notre URI de redirection avec celle inscrite au DME, caractère par caractère. Si elles sont identiques, le code avait peut-être expiré : relancez l’application.
admin-advice-scopes-refused = Comparez nos portées (scopes) avec celles que le DME accorde à notre client. S’il ne connaît que la syntaxe de SMART 1.0, mettez scope_syntax à v1.
admin-advice-request-refused = Comparez client_id, notre URI de redirection et fhir_base_url avec ce qui est inscrit au DME, caractère par caractère.
admin-advice-no-patient = Gardez launch parmi les portées (launch/patient pour un lancement depuis notre propre page) et lancez l’application depuis le dossier d’un patient.
admin-advice-patient-not-granted = Gardez patient/Patient.rs parmi les portées et demandez à l’administrateur du DME de l’accorder à notre client. Un DME qui ne connaît que la syntaxe de SMART 1.0 l’écarte peut-être sans erreur : mettez scope_syntax à v1.
admin-advice-clocks = Synchronisez l’horloge de cette machine et celle du DME avec un serveur de temps (NTP). Les heures de cette page sont celles de notre horloge.
admin-advice-check = Vérifiez le DME. La vérification montre ce qu’il publie, ce qui n’y va pas et quel réglage corriger.
admin-fact-why = Raison
admin-fact-from = Commencé depuis
admin-fact-others = Autres paramètres
admin-fact-asked = Demandé
admin-fact-status = Code HTTP
admin-fact-media-type = Type de contenu
admin-fact-client-authentication = Authentification du client
admin-fact-clock-of-the-ehr = Horloge du DME
admin-fact-user = Utilisateur
admin-outcome-opened = Le dossier a été ouvert
admin-outcome-asked = L’utilisateur a dû associer un compte

admin-troubleshooting-title = Dépannage
admin-troubleshooting-what = Résultats des lancements, codes d’erreur et messages, chacun avec sa cause et la marche à suivre. Ce guide est en anglais.

setting-kind = Type de DME
setting-kind-hint = Définit les valeurs par défaut pour ce type. Tout peut être modifié ensuite.
kind-none = Autre, selon la norme
kind-smile = Smile CDR
kind-aidbox = Aidbox
kind-epic = Epic (clés ; indiquez l’émetteur)
kind-oracle = Oracle Health, autrefois Cerner (portées de SMART 1.0)
kind-smart-1-0 = Serveur SMART 1.0 (indiquez l’émetteur)
kind-halo = Accélérateur HALO
setting-id = Identifiant
setting-id-hint = a-z, 0-9 et traits d’union, par exemple riverside. Il figure dans l’URI de redirection et ne peut pas être modifié par la suite.
setting-name = Nom
setting-name-hint = Le nom que les utilisateurs connaissent.
setting-fhir_base_url = URL de base FHIR
setting-fhir_base_url-hint = L’iss de ses lancements, par exemple https://ehr.example.ca/fhir.
setting-aliases = Autres formes de l’URL de base
setting-aliases-hint = Autres URL de base avec lesquelles il lance, une par ligne.
setting-issuer = Émetteur
setting-issuer-hint = L’émetteur de ses id_tokens, exactement comme le DME l’écrit. Si ce champ est vide, l’émetteur publié à son URL de base est accepté.
setting-client_id = Identifiant client
setting-client_id-hint = Notre identifiant auprès du DME, tel que l’administrateur du DME vous l’a donné.
setting-client_auth = Authentification du client
setting-client_auth-hint = Avec des clés, il n’y a pas de secret : Passerelle crée les clés et publie leur moitié publique.
choice-client_auth-none = Valeur par défaut pour ce type
choice-client_auth-client_secret_basic = Secret en HTTP Basic (client_secret_basic)
choice-client_auth-client_secret_post = Secret dans le corps de la requête (client_secret_post)
choice-client_auth-private_key_jwt = Clés (private_key_jwt)
setting-client_secret = Secret du client
setting-client_secret-hint = Scellé dans la base de données et jamais montré de nouveau. Laissez vide pour des clés.
setting-client_secret-keep = Laissez vide pour garder le secret actuel. Il n’est jamais montré.
setting-basic_encoding = Encodage de l’identifiant et du secret (HTTP Basic)
setting-basic_encoding-hint = Sans effet s’ils ne contiennent que des lettres et des chiffres.
choice-basic_encoding-form = Encodage de formulaire, comme l’exige OAuth
choice-basic_encoding-raw = Sans encodage
setting-client_id_in_body = Identifiant client aussi dans le corps de la requête
setting-client_id_in_body-hint = Pour un serveur qui l’exige.
setting-signing_alg = Algorithme de signature de nos assertions
setting-signing_alg-hint = Avec des clés seulement. Par défaut : le meilleur que le DME annonce.
choice-signing_alg-none = Selon ce que le DME annonce
choice-signing_alg-RS384 = RS384
choice-signing_alg-ES384 = ES384
setting-assertion_audience = Destinataire de nos assertions
setting-assertion_audience-hint = Avec des clés seulement. Par défaut : l’URL où l’assertion est envoyée.
setting-scopes = Portées
setting-scopes-hint = Les portées que nous demandons, une par ligne, par exemple patient/Patient.r.
setting-scope_syntax = Syntaxe des portées
setting-scope_syntax-hint = Par défaut : la syntaxe que le DME publie.
choice-scope_syntax-auto = Selon ce que le DME publie
choice-scope_syntax-v1 = SMART 1.0 (patient/Patient.read)
choice-scope_syntax-v2 = SMART 2 (patient/Patient.rs)
setting-write_orders = Noter les livraisons dans ses ordonnances
setting-write_orders-hint = Note la livraison dans l’ordonnance du DME d’où la demande est partie. Exige private_key_jwt et des portées system/ServiceRequest.
setting-many_clinics = Plusieurs cliniques derrière une même URL de base
setting-many_clinics-hint = Oui pour un accélérateur comme HALO, où le même identifiant de patient désigne une autre personne dans une autre clinique.
setting-standalone = Lancement autonome permis
setting-standalone-hint = Oui l’affiche sur notre page de départ ; le DME demande alors quel patient.
setting-authorize_by = Méthode de la requête d’autorisation
setting-authorize_by-hint = Par défaut : POST si le DME le permet et que l’adresse serait très longue.
choice-authorize_by-auto = Selon ce que le DME publie
choice-authorize_by-get = Toujours GET
choice-authorize_by-post = Toujours POST
setting-introspect = Vérifier avant l’envoi
setting-introspect-hint = Oui demande au DME, à l’envoi d’une demande, s’il a mis fin à la session. Exige son point de terminaison d’introspection.
setting-nonce_echoed = Ses id_tokens contiennent le nonce
setting-nonce_echoed-hint = Non seulement pour un DME qui ne l’inclut jamais.
setting-fhir_user_claim = Attribut qui nomme l’utilisateur
setting-fhir_user_claim-hint = L’attribut de l’id_token qui contient la ressource FHIR de l’utilisateur.
choice-fhir_user_claim-fhirUser = fhirUser (SMART)
choice-fhir_user_claim-profile = profile
choice-fhir_user_claim-fhiruser = fhiruser, en minuscules
setting-discover_from_capability_statement = Points de terminaison tirés du CapabilityStatement
setting-discover_from_capability_statement-hint = Oui seulement pour un serveur SMART 1.0 sans smart-configuration.
setting-endpoint_origins = Autres origines de ses points de terminaison
setting-endpoint_origins-hint = Une par ligne, par exemple https://auth.ehr.example.ca. Si ce champ est vide, les origines du premier lancement réussi sont approuvées.
setting-frame_ancestors = Origines qui peuvent nous afficher dans un cadre
setting-frame_ancestors-hint = Une par ligne, par exemple https://ehr.example.ca. Si ce champ est vide, l’affichage dans un cadre est refusé.
setting-ca_certificates = Certificats d’autorité
setting-ca_certificates-hint = Seulement pour un DME dont l’autorité est privée : collez son certificat racine en PEM. Accepté pour ce DME seulement.
setting-allowed_networks = Plages d’adresses privées permises
setting-allowed_networks-hint = Seulement pour un DME dans votre propre réseau, une par ligne, par exemple 10.20.0.0/16 ou 10.20.0.5.
setting-linking = Utilisateurs inconnus
setting-linking-hint = S’applique au premier lancement d’un utilisateur.
choice-linking-link = Ils associent eux-mêmes un compte, une fois
choice-linking-provision = Un compte est créé pour eux
choice-flag-true = Oui
choice-flag-false = Non


admin-nav-deliveries = Livraisons
admin-deliveries-title = Livraisons
admin-deliveries-what = Messages en attente ou en échec, du plus ancien au plus récent. La recherche trouve aussi les messages livrés.
admin-deliveries-none = Rien n’est en attente ni en échec.
admin-deliveries-search = Numéro d’une demande, identifiant d’un message, destination ou canal
admin-deliveries-search-hint = Quatre caractères d’un numéro suffisent, sans égard aux traits d’union et aux espaces.
admin-deliveries-looked-up = Plus de { $count } numéros de demande contiennent ce texte : entrez une plus grande partie du numéro.
admin-deliveries-search-go = Chercher
admin-deliveries-found = { $count ->
    [0] Aucune livraison ne correspond à « { $search } ».
    [one] Une livraison correspond à « { $search } », livrée ou non.
   *[other] { $count } livraisons correspondent à « { $search } », livrées ou non, de la plus récente à la plus ancienne.
}
admin-deliveries-open = Afficher ce qui est en attente ou en échec
admin-deliveries-held = Tous les envois sont suspendus depuis le { $at }
admin-deliveries-release-what = Après la reprise, les messages en attente sont envoyés. Ceux qui sont peut-être arrivés à une destination qui ne reconnaît pas les doublons ne sont pas envoyés et deviennent non confirmés.
admin-deliveries-release = Reprendre tous les envois
admin-deliveries-hold = Suspendre tous les envois
admin-deliveries-hold-what = Une suspension arrête tous les messages de cette installation, même urgents, jusqu’à la reprise. Les cliniciens la voient sur leurs pages.
admin-deliveries-hold-sure = Aucun message d’aucun clinicien ne doit partir avant que je reprenne les envois
admin-deliveries-hold-reason = Rien n’est suspendu : écrivez le motif, que les autres administrateurs liront
admin-deliveries-hold-confirm = Rien n’est suspendu : confirmez que rien ne doit être envoyé
admin-sending-held = Tous les envois sont suspendus
admin-deliveries-reason = Raison
admin-deliveries-done-held = Tous les envois sont suspendus. Les demandes peuvent encore être signées.
admin-deliveries-done-released = Les envois ont repris.
admin-deliveries-done-retried = La livraison est renvoyée dès qu’un processus d’envoi est libre.
admin-delivery-title = Livraison
admin-delivery-back = Toutes les livraisons
admin-delivery-pending = En attente
admin-delivery-delivered = Livrée
admin-delivery-placed = Déposée pour la destination
admin-delivery-not-delivered = Non livrée
admin-delivery-unconfirmed = Non confirmée
admin-delivery-withdrawn = Retirée
admin-delivery-tries = { $attempts ->
    [0] aucun n’a atteint la destination en { $age }
    [one] 1 essai en { $age }
   *[other] { $attempts } essais en { $age }
}
admin-delivery-tries-ended = { $attempts ->
    [one] 1 essai, terminée le { $at }
   *[other] { $attempts } essais, terminée le { $at }
}
admin-age-seconds = { $count } s
admin-age-minutes = { $count } min
admin-age-hours = { $count } h
admin-age-days = { $count } j
admin-delivery-held = Tous les envois sont suspendus depuis le { $at } : rien n’est renvoyé avant la reprise.
admin-delivery-release = Aller aux livraisons pour reprendre les envois
admin-delivery-channel-folder = Dossier partagé
admin-delivery-channel-fhir-messaging = Messagerie FHIR
admin-delivery-outcome-handed-over = Prise, non confirmée
admin-delivery-outcome-already-has = Déjà chez la destination
admin-delivery-outcome-retry-later = Pas encore livrée
admin-delivery-outcome-misdirected = Adresse ou accès incorrect
admin-delivery-outcome-refused = Refusée
admin-delivery-outcome-unknown = Arrivée incertaine
admin-delivery-outcome-our-fault = Panne de cette installation
delivery-reason-interrupted = interrompu
delivery-reason-sending-held = les envois étaient suspendus
delivery-reason-restored = la base de données a été restaurée à partir d’une sauvegarde
delivery-reason-status = code HTTP
delivery-reason-ok-with-status = « ok » avec le code HTTP
delivery-reason-transient-error = erreur passagère
delivery-reason-fatal-error = erreur définitive
delivery-reason-no-known-code = la réponse n’a pas de code connu
delivery-reason-has-it = la destination dit qu’elle l’a
delivery-reason-asks-for-retry = la destination demande un nouvel essai
delivery-reason-redirects = le point de terminaison redirige
delivery-reason-wants-credentials = la destination exige une authentification
delivery-reason-wants-other-certificate = la destination exige un autre certificat client
delivery-reason-other-message = la réponse porte sur un autre message
delivery-reason-refused = refusée
delivery-reason-not-fhir-json = la réponse n’est pas du JSON FHIR
delivery-reason-confirms-nothing = la réponse ne confirme rien
delivery-reason-address-not-allowed = l’adresse du point de terminaison n’est pas permise
delivery-reason-not-a-url = le point de terminaison n’est pas une URL
delivery-reason-no-tls = TLS ne peut pas être configuré sur ce nœud
delivery-reason-at-capacity = trop de requêtes à la fois
delivery-reason-no-connection = pas de connexion
delivery-reason-no-connection-to-destination = pas de connexion à la destination
delivery-reason-no-connection-to-token-endpoint = pas de connexion au point de terminaison des jetons
delivery-reason-no-complete-response = pas de réponse complète
delivery-reason-undecryptable = ce nœud ne peut pas déchiffrer le message conservé
delivery-reason-no-channel = ce nœud n’a pas ce canal
delivery-reason-channel-panicked = le canal a échoué de façon imprévue
delivery-reason-channel-timed-out = le canal n’a pas terminé à temps
delivery-reason-certificate-not-yet-valid = notre certificat client n’est pas valide avant
delivery-reason-certificate-expired = notre certificat client a expiré le
delivery-reason-token-endpoint-fails = le point de terminaison des jetons est en panne
delivery-reason-token-endpoint-silent = le point de terminaison des jetons ne répond pas
delivery-reason-token-address-not-allowed = l’adresse du point de terminaison des jetons n’est pas permise
delivery-reason-no-token = le point de terminaison des jetons ne nous donne pas de jeton
delivery-reason-secret-unusable = le secret de la destination ne peut pas être mis dans un en-tête
delivery-reason-bad-file-name = l’identifiant du message ou la destination n’est pas un nom de fichier valide
delivery-reason-file-not-written = le fichier n’a pas pu être écrit
delivery-reason-peer-not-listening = aucun serveur n’écoute sur ce port
delivery-reason-peer-certificate-expired = son certificat a expiré
delivery-reason-peer-certificate-not-yet-valid = son certificat n’est pas encore valide
delivery-reason-peer-certificate-other-name = son certificat est pour un autre nom
delivery-reason-peer-certificate-unknown-issuer = son certificat vient d’une autorité à laquelle cette machine ne fait pas confiance
delivery-reason-peer-certificate-revoked = son certificat a été révoqué
delivery-reason-peer-certificate-invalid = son certificat n’est pas un certificat de serveur
delivery-reason-client-certificate-missing = elle exige un certificat client
delivery-reason-client-certificate-expired = elle dit que notre certificat client a expiré
delivery-reason-client-certificate-refused = elle refuse notre certificat client
delivery-reason-peer-tls-failed = la négociation TLS a échoué
delivery-reason-peer-unreachable = aucune route, ou pas de réponse à temps
admin-delivery-doubt = peut-être arrivée
admin-delivery-doubt-what = Un essai est peut-être arrivé. Demandez à la destination avant de renvoyer, sauf si elle reconnaît les doublons.
admin-delivery-removed = Le message et la réponse de la destination ont été supprimés le { $at }, conformément aux réglages de conservation. Le message ne peut pas être renvoyé.
admin-delivery-destination = Destination
admin-delivery-reason = Dernier résultat
admin-delivery-words = Réponse de la destination
admin-delivery-next = Prochain essai
admin-delivery-retry = Renvoyer maintenant
admin-delivery-advice-client-certificate-missing = La destination exige un certificat client qu’elle accepte. Indiquez-le dans delivery.destinations_file (certificate_file et certificate_key_file), redémarrez, puis renvoyez la livraison.
admin-delivery-advice-client-certificate-expired = Renouvelez notre certificat client pour cette destination, remplacez certificate_file et certificate_key_file, puis redémarrez. Les livraisons en attente repartent d’elles-mêmes.
admin-delivery-advice-client-certificate-refused = Demandez à l’administrateur de la destination quelle autorité et quel nom il attend de notre certificat client. Remplacez certificate_file et certificate_key_file de cette destination, redémarrez, puis renvoyez la livraison.
admin-delivery-advice-certificate = Le certificat de la destination ne peut pas être vérifié, donc rien n’a été envoyé. Son administrateur doit le corriger. Si la destination a sa propre autorité de certification, réglez ca_file de cette destination ou delivery.ca_file, puis redémarrez.
admin-delivery-advice-connection = Vérifiez l’adresse dans le répertoire, si le serveur de la destination fonctionne, et les pare-feu entre les deux. Si la négociation TLS a échoué, demandez si la destination exige un certificat client.
admin-delivery-advice-address = Corrigez l’adresse du point de terminaison dans le répertoire. Pour une destination de votre propre réseau, ajoutez sa plage à delivery.allowed_networks. Redémarrez, puis renvoyez la livraison.
admin-delivery-advice-credentials = Vérifiez l’authentification de cette destination dans delivery.destinations_file et demandez à son administrateur s’il connaît notre client. Redémarrez, puis renvoyez la livraison.
admin-delivery-advice-token = Vérifiez token_url, client_id, scope et secret_file de cette destination dans delivery.destinations_file, et demandez à son administrateur s’il connaît notre client. Le journal indique la cause.
admin-delivery-advice-secret = secret_file de cette destination contient un caractère qu’un en-tête ne peut pas porter. Écrivez la clé seule sur une ligne, puis redémarrez.
admin-delivery-advice-keys-file = Installez le fichier de clés des autres nœuds, puis redémarrez. Les livraisons en attente repartent d’elles-mêmes.
admin-delivery-advice-channel = Lancez le programme qui a ce canal de livraison, ou réglez delivery.folder. Les livraisons en attente repartent d’elles-mêmes.
admin-delivery-advice-ca-certificates = Installez des certificats d’autorités sur cette machine, sous Debian le paquet ca-certificates, puis redémarrez.
admin-deliveries-restored = La base de données a été restaurée à partir d’une sauvegarde du { $from }. Des messages ont pu être envoyés après : ceux qui n’étaient pas confirmés à ce moment portent la mention « peut-être arrivée », et les demandes rédigées plus tard manquent. Avant la reprise, demandez aux destinations de ces messages ce qu’elles ont.
admin-delivery-advice-restored = La base de données a été restaurée à partir d’une sauvegarde, donc on ne sait pas si ce message a été envoyé. Demandez à la destination si elle l’a.
