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

admin-sign-in-title = Connexion des administrateurs
admin-sign-in-what = Pour les personnes qui s’occupent des DME. Les cliniciens accèdent à l’application à partir de leur DME.
admin-sign-in-wrong = Adresse courriel ou mot de passe incorrect, ou compte sans droits d’administration. Après dix essais, le compte est bloqué pendant une heure.
admin-sign-in-ended = Votre session a pris fin. Rien n’a été modifié depuis; ouvrez une session pour continuer.
admin-sign-in-kept = Votre session a pris fin, et rien n’a été enregistré. Ce que vous avez saisi est conservé : ouvrez une session, et le formulaire réapparaîtra.
admin-sign-in-busy = Trop de personnes ouvrent une session en ce moment. Attendez quelques secondes et réessayez; cet essai n’a pas été compté.
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
admin-unreadable-what = Son inscription ou son secret ne s’ouvre pas avec les clés actuelles, et personne ne peut lancer l’application depuis ce DME. Le journal dit pourquoi; si seul le secret est perdu, donnez-le de nouveau.
admin-last-opened = Dernier lancement réussi
admin-last-refused = Dernier refus
admin-never = Aucun pour l’instant
admin-optional = facultatif
admin-not-set = Non défini

admin-done-added = Ajouté. Vérifiez-le maintenant; la vérification montre aussi ce dont son administrateur a besoin.
admin-done-changed = Modifié. Prend effet au prochain lancement.
admin-done-unchanged = Rien n’a changé : c’était déjà ainsi.
admin-done-conflict = Rien n’a été modifié : quelqu’un d’autre a modifié cette inscription entre-temps. Vérifiez de nouveau.
admin-done-suspended = En pause. Personne ne peut lancer l’application depuis ce DME, et ses sessions sont fermées.
admin-done-resumed = Les lancements sont de nouveau possibles.
admin-done-approved = Approuvé.
admin-done-rotated = De nouvelles clés sont publiées. Elles signeront dans 24 heures; d’ici là, les clés actuelles continuent.
admin-done-replaced = Les clés sont remplacées. Les lancements échouent jusqu’à ce que le DME demande les nouvelles.
admin-done-removed = Le DME est supprimé.
admin-done-gone = Ce DME n’est pas inscrit, ou son inscription est illisible.

admin-check-title = Vérification
admin-check-what = Demande au DME ce qu’il publie et dit, ligne par ligne, ce qui concorde, ce qui ne concorde pas et quel réglage y change quelque chose. Aucun secret n’est envoyé, rien n’est modifié.
admin-check-go = Vérifier { $name }
admin-check-again = Vérifier de nouveau
admin-checked-title = Vérification de { $name }
admin-level-good = Conforme
admin-level-note = Remarque
admin-level-problem = Problème
admin-set-setting = Donner à { $setting } la valeur { $value }
admin-add-to-setting = Ajouter { $value } à { $setting }
admin-edit-setting = Modifier { $setting }
admin-waiting-title = Un point de terminaison a changé d’adresse
admin-waiting-what = Rien n’est envoyé à ces adresses tant que vous ne les avez pas approuvées. Demandez d’abord à l’administrateur du DME : un point de terminaison des jetons déplacé, c’est ce que publierait un attaquant.
admin-approve = Approuver { $origin }
admin-launches-title = Lancements
admin-scopes-assumed = Les portées sont montrées dans la syntaxe de SMART 2. Une vérification montre laquelle ce DME accepte.
admin-registration-title = Inscription
admin-file-hint = Si ce DME figure dans le fichier de ehr.file, modifiez-le aussi là : le prochain démarrage le relit.
admin-change = Modifier l’inscription
admin-change-ends = Si la base, l’émetteur ou l’identifiant client change, la session de toutes les personnes venues de ce DME se ferme; les brouillons enregistrés restent. Une autre base exige son propre secret.
admin-change-title = Modifier { $name }
admin-change-go = Enregistrer
admin-form-conflict = Quelqu’un d’autre a modifié cette inscription entre-temps. Ce que vous avez saisi est ici; si vous l’enregistrez de nouveau, cela remplacera sa version.
admin-form-theirs = La valeur actuelle est : { $value }
admin-form-kept = Ce que vous aviez saisi avant la fin de votre session est de retour, sauf le secret. Rien n’est encore enregistré.
admin-problems = { $count ->
    [one] Un point demande votre attention
   *[other] { $count } points demandent votre attention
}
admin-keys-title = Nos clés pour ce DME
admin-keys-what = Les nouvelles clés sont publiées un jour avant de signer, pour que le DME les ait vues d’ici là.
admin-rotate = Créer de nouvelles clés
admin-replace = Quelqu’un connaît peut-être les clés actuelles
admin-pause-title = Pause
admin-pause-what = Plus personne ne pourra alors lancer l’application depuis ce DME, et tous ceux qui en viennent verront leur session se fermer aussitôt. Les brouillons enregistrés restent.
admin-paused-what = Il est en pause. Le supprimer efface l’inscription et nos clés pour ce DME; les comptes, les demandes et la piste de vérification restent.
admin-suspend = Mettre { $name } en pause
admin-resume = Rétablir { $name }
admin-remove = Supprimer ce DME
admin-confirm-remove = Supprimer { $name }?
admin-confirm-remove-what = Son inscription, son secret et nos clés pour ce DME sont effacés. Les comptes, les demandes et la piste de vérification restent; si le DME revient, chacun associe de nouveau son compte. S’il figure dans le fichier de ehr.file, retirez-le aussi de là.
admin-confirm-remove-go = Oui, le supprimer
admin-confirm-replace-keys = Remplacer maintenant les clés pour { $name }?
admin-confirm-replace-keys-what = Les clés actuelles sont retirées aussitôt. Les lancements échouent jusqu’à ce que le DME demande les nouvelles, ou les reçoive.
admin-confirm-replace-keys-go = Oui, les remplacer
admin-confirm-stop = Non, laisser tel quel

admin-nav-launches = Lancements
admin-launches-of = Lancements depuis { $name }
admin-launches-what = Ce qui s’est passé à l’ouverture de l’application depuis un DME, au cours des sept derniers jours. Les secrets, codes et jetons et tout ce qui concerne des personnes sont masqués.
admin-reference = Référence
admin-reference-hint = Ce que la personne lit sur sa page, par exemple 7Q4K-92MD.
admin-find-launch = Trouver ce lancement
admin-no-launch = Le lancement { $reference } n’est pas conservé. Il date peut-être de plus d’une semaine ou faisait partie d’un très grand nombre; il se peut aussi que la référence au bas de la page affichée soit un peu différente.
admin-newest-launches = Les lancements les plus récents
admin-unknown-launches = Lancements sans DME connu
admin-unknown-launches-what = Ils ne nommaient aucun DME inscrit ici, ou étaient incomplets. N’importe qui peut en envoyer; seuls les plus récents sont conservés.
admin-no-launches = Aucun lancement dans la dernière semaine.
admin-no-known-ehr = Aucun DME connu
admin-launch-title = Lancement { $reference }
admin-back-to-launches = Tous les lancements
admin-launch-what = Les étapes dans l’ordre. Les secrets, codes et jetons et tout ce qui concerne des personnes sont masqués.
admin-after = { $milliseconds } ms après le début
admin-struck-out = (masqué)
admin-step-launch-request = La demande de lancement est arrivée
admin-step-metadata = Les points de terminaison du DME sont connus
admin-step-authorization-request = Le navigateur est envoyé au DME
admin-step-callback = Le navigateur est revenu
admin-step-token-response = Le point de terminaison des jetons a répondu
admin-step-id-token = L’id_token est en cours de vérification
admin-step-chart-read = L’id_token est vérifié et le dossier a été lu
admin-step-opened = Le lancement a réussi
admin-step-refused = Il s’est arrêté ici
admin-advice = Quoi faire :
admin-advice-nonce-missing = Si la documentation du DME dit que ses id_tokens ne répètent jamais le nonce, réglez nonce_echoed à false. Sinon, demandez à l’administrateur du DME de le répéter.
admin-advice-another-audience = Comparez client_id avec l’identifiant que le DME nous a donné.
admin-advice-another-issuer = Demandez à l’administrateur du DME quel émetteur signe ses id_tokens et réglez issuer en conséquence.
admin-advice-another-key = Demandez à l’administrateur du DME de publier la clé qui signe ses id_tokens. La vérification du DME montre les clés qu’il publie.
admin-advice-no-id-token = Gardez openid et fhirUser parmi les portées et demandez à l’administrateur du DME de les accorder à notre client.
admin-advice-secret-refused = Comparez client_id et le secret du client avec ceux que le DME a donnés. S’ils sont justes, le DME les lit peut-être autrement : essayez l’autre de client_secret_basic et client_secret_post; avec client_secret_basic, aussi basic_encoding = "raw" ou client_id_in_body = true.
admin-advice-assertion-refused = Demandez à l’administrateur du DME si l’URL de notre jeu de clés y est inscrite et accessible. Si oui, le DME attend peut-être un autre destinataire : réglez assertion_audience selon sa documentation, souvent son émetteur.
admin-advice-client-not-allowed = Demandez à l’administrateur du DME si notre client y est activé et peut utiliser le flux par code d’autorisation.
admin-advice-code-refused = Comparez notre URI de redirection avec celle inscrite au DME, à la lettre près. Si elles sont identiques, le code était peut-être trop vieux : relancez.
admin-advice-scopes-refused = Comparez les portées (scopes) avec celles que le DME accorde à notre client. S’il ne connaît que l’ancienne façon de les écrire, réglez scope_syntax à v1.
admin-advice-request-refused = Comparez client_id, notre URI de redirection et fhir_base_url avec ce qui est inscrit au DME, à la lettre près.
admin-advice-no-patient = Gardez launch parmi les portées (pour un lancement depuis notre propre page, launch/patient) et lancez depuis le dossier d’un patient.
admin-advice-patient-not-granted = Gardez patient/Patient.rs parmi les portées et demandez à l’administrateur du DME de l’accorder à notre client.
admin-advice-clocks = Réglez cette machine et celle du DME sur un serveur de temps. Notre horloge donne l’heure de cette page.
admin-advice-check = Vérifiez le DME : vous verrez ce qu’il publie, ce qui n’y va pas et le réglage qui y remédie.
admin-fact-why = Pourquoi
admin-fact-from = Commencé depuis
admin-fact-others = Autres paramètres
admin-fact-asked = Demandé
admin-fact-status = Statut
admin-fact-media-type = Type de contenu
admin-fact-scopes-registered = Portées inscrites
admin-fact-client-authentication = Authentification du client
admin-fact-clock-of-the-ehr = Horloge du DME
admin-fact-user = Utilisateur
admin-outcome-opened = Le dossier a été ouvert
admin-outcome-asked = La personne a dû associer un compte


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
setting-aliases = Autres formes de l’URL de base
setting-aliases-hint = Autres URL de base avec lesquelles il lance, une par ligne.
setting-issuer = Émetteur
setting-issuer-hint = Qui signe ses id_tokens, exactement comme le DME l’écrit. Si ce champ est vide, on se fie à ce que publie sa base.
setting-client_id = Identifiant client
setting-client_id-hint = Notre identifiant auprès du DME, tel que l’administrateur du DME vous l’a donné.
setting-client_auth = Authentification du client
setting-client_auth-hint = Comment nous prouvons notre identité. Avec des clés, il n’y a pas de secret : nous les créons et publions leur moitié publique.
choice-client_auth-none = Comme il est d’usage pour ce type
choice-client_auth-client_secret_basic = Secret en HTTP Basic (client_secret_basic)
choice-client_auth-client_secret_post = Secret dans le corps (client_secret_post)
choice-client_auth-private_key_jwt = Clés (private_key_jwt)
setting-client_secret = Secret du client
setting-client_secret-hint = Scellé dans la base de données et jamais montré de nouveau. Laissez vide pour des clés.
setting-client_secret-keep = Laissez vide pour garder le secret actuel. Il n’est jamais montré.
setting-basic_encoding = Encodage de l’identifiant et du secret (HTTP Basic)
setting-basic_encoding-hint = N’importe que pour d’autres caractères que les lettres et les chiffres.
choice-basic_encoding-form = Comme un formulaire, selon OAuth
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
setting-standalone = Lancement autonome permis
setting-standalone-hint = Oui l’affiche sur notre page de départ; le DME demande alors quel patient.
setting-authorize_by = Ouverture de sa page de connexion
setting-authorize_by-hint = Par POST si le DME le peut et que l’adresse serait très longue, sauf si vous choisissez.
choice-authorize_by-auto = Selon ce que le DME dit
choice-authorize_by-get = Toujours par GET
choice-authorize_by-post = Toujours par POST
setting-introspect = Vérifier avant l’envoi
setting-introspect-hint = Oui demande au DME, à l’envoi d’une demande, s’il a mis fin à la session; il lui faut un point de terminaison d’introspection.
setting-nonce_echoed = Ses id_tokens répètent le nonce
setting-nonce_echoed-hint = Non seulement pour un DME qui ne le fait jamais.
setting-fhir_user_claim = Attribut qui nomme l’utilisateur
setting-fhir_user_claim-hint = Où l’id_token nomme la ressource de la personne.
choice-fhir_user_claim-fhirUser = fhirUser, selon SMART
choice-fhir_user_claim-profile = profile
choice-fhir_user_claim-fhiruser = fhiruser, en minuscules
setting-discover_from_capability_statement = Se fier à son CapabilityStatement
setting-discover_from_capability_statement-hint = Oui seulement pour un serveur SMART 1.0 sans smart-configuration.
setting-endpoint_origins = Autres origines de ses points de terminaison
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

