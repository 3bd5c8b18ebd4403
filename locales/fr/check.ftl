check-topic-registration = Inscription
check-topic-address = Adresse
check-topic-clock = Horloge
check-topic-smart = smart-configuration
check-topic-issuer = Émetteur
check-topic-endpoints = Points de terminaison
check-topic-keys = Clés des id_tokens
check-topic-client-auth = Authentification du client
check-topic-pkce = PKCE
check-topic-scopes = Portées
check-topic-refresh = Actualisation des jetons
check-topic-revocation = Révocation des jetons
check-topic-introspection = Introspection des jetons
check-topic-capabilities = Capacités
check-topic-fhir = Serveur FHIR
check-topic-frame = Affichage dans un cadre
check-topic-linking = Utilisateurs inconnus

check-suspended = Ce DME est suspendu : les lancements depuis celui-ci sont refusés.
check-suspended-fix = Rétablissez-le quand tout le reste sera en ordre.
check-public-url-local = server.public_url est { $url }, une adresse que seule cette machine peut joindre.
check-public-url-local-fix = Pour un DME situé sur une autre machine, donnez à server.public_url l’adresse https que les utilisateurs ouvrent.
check-frame-none = Aucune page d’un DME ne peut afficher Passerelle dans un cadre. Un lancement s’ouvre dans son propre onglet ou sa propre fenêtre.
check-frame-none-fix = Si le DME affiche les applications dans ses propres pages, donnez à frame_ancestors l’origine de ces pages. Sinon, les utilisateurs voient un cadre vide.
check-linking-asks = Au premier lancement, les utilisateurs lient un compte par son mot de passe ou une invitation : chacun a donc besoin d’un compte au préalable (passerelle user add).
check-linking-provisions = Au premier lancement, un compte est créé pour eux.
check-frame-allowed = Les pages de { $origins } peuvent afficher Passerelle dans un cadre.

check-address-allowed = { $is_address ->
    [yes] Passerelle peut se connecter à { $host }.
   *[no] { $host } correspond à { $addresses }, et Passerelle peut s’y connecter.
}
check-address-unknown = Le nom { $host } n’a pas pu être résolu : rien n’a été demandé.
check-address-unknown-fix = Cherchez une faute de frappe dans fhir_base_url, ou demandez pourquoi le DNS de cette machine ne peut pas résoudre ce nom.
check-address-unusable = Une adresse sur { $host } est inutilisable.
check-address-unusable-fix = Le DME doit publier de simples adresses https.
check-address-not-allowed = { $is_address ->
    [yes] { $host } n’est pas une adresse publique.
   *[no] { $host } correspond à { $addresses }, qui n’est pas une adresse publique.
} Rien n’y a été envoyé.
check-address-not-allowed-fix = Si ce DME se trouve dans votre propre réseau, ajoutez sa plage à allowed_networks.
check-address-plain = { $is_address ->
    [yes] L’adresse { $host } n’est pas dans allowed_networks, et le http sans chiffrement n’est permis que pour celles-ci.
   *[no] { $host } correspond à { $addresses }, et le http sans chiffrement n’est permis que pour les adresses de allowed_networks.
} Rien n’y a été envoyé.
check-address-plain-fix = Inscrivez son adresse https dans fhir_base_url. S’il se trouve dans votre propre réseau et n’en a pas, ajoutez sa plage à allowed_networks.

check-connect-blocked = { $document } : { $host } a une adresse qui n’est pas permise pour ce DME. Rien n’y a été envoyé.
check-connect-blocked-fix = Si le DME se trouve dans votre propre réseau, ajoutez sa plage à allowed_networks.
check-connect-url = { $document } : une adresse sur { $host } est inutilisable.
check-connect-url-fix = Le DME doit publier de simples adresses https.
check-connect-setup = Cette machine ne peut pas utiliser TLS.
check-connect-setup-fix = Installez des certificats d’autorité, sous Debian le paquet ca-certificates.
check-connect-crowded = { $document } : trop de requêtes vers { $host } sont encore sans réponse ; aucune autre n’est envoyée pour l’instant.
check-connect-crowded-fix = Réessayez dans une minute. Si cela persiste, demandez à l’administrateur du DME pourquoi il répond si lentement.
check-connect-timeout = { $document } : { $host } n’a pas répondu à temps. Un lancement a le même délai.
check-connect-timeout-fix = Adressez-vous à l’administrateur du DME et vérifiez les pare-feu entre vous.
check-connect-broken = { $document } : { $host } a fermé la connexion avant la fin de sa réponse.
check-connect-broken-fix = Demandez à l’administrateur du DME ce que dit son journal.
check-connect-too-large = { $document } dépasse la limite de 256 Kio.
check-connect-too-large-fix = L’administrateur du DME doit le réduire, ou bien inscrivez les points de terminaison (endpoints, dans le fichier indiqué par ehr.file).
check-connect-refused = { $document } : { $host } a refusé la connexion ; aucun service n’écoute sur ce port.
check-connect-refused-fix = Vérifiez le port dans l’adresse et demandez si le serveur fonctionne.
check-connect-expired = { $document } : le certificat de { $host } est expiré. Rien n’a été envoyé.
check-connect-expired-fix = L’administrateur du DME doit le renouveler. Aucun réglage ne permet de l’accepter.
check-connect-not-yet-valid = { $document } : le certificat de { $host } n’est pas encore valide. Rien n’a été envoyé.
check-connect-not-yet-valid-fix = Vérifiez l’horloge de cette machine ; si elle est juste, l’administrateur du DME doit corriger le certificat.
check-connect-other-name = { $document } : le certificat de { $host } a été émis pour un autre nom. Rien n’a été envoyé.
check-connect-other-name-fix = Inscrivez dans fhir_base_url le nom du certificat, ou demandez à l’administrateur du DME d’y ajouter celui-ci.
check-connect-unknown-issuer = { $document } : le certificat de { $host } n’a pas été émis par une autorité en qui cette machine a confiance. Rien n’a été envoyé.
check-connect-unknown-issuer-fix = Si le DME a sa propre autorité, acceptez son certificat racine pour ce DME : ca_file dans une commande ou dans le fichier indiqué par ehr.file, certificats d’autorité sur la page. Sinon, le serveur n’envoie pas son certificat intermédiaire, et l’administrateur du DME doit l’ajouter.
check-connect-revoked = { $document } : le certificat de { $host } a été révoqué. Rien n’a été envoyé.
check-connect-revoked-fix = L’administrateur du DME doit le remplacer.
check-connect-unusable-certificate = { $document } : le certificat de { $host } est autosigné ou n’est pas un certificat de serveur. Rien n’a été envoyé.
check-connect-unusable-certificate-fix = Le DME a besoin d’un certificat de serveur émis par une autorité en qui cette machine a confiance.
check-connect-client-certificate = { $document } : { $host } exige un certificat client. Rien n’a été envoyé.
check-connect-client-certificate-fix = Passerelle n’a pas de certificat client pour les DME ; il s’identifie avec client_auth. Demandez à l’administrateur du DME d’exempter cette adresse.
check-connect-tls = { $document } : { $host } n’offre pas TLS 1.2 ou plus récent. Rien n’a été envoyé.
check-connect-tls-fix = Vérifiez le port dans l’adresse ; sinon, l’administrateur du DME doit activer TLS 1.2 ou 1.3.
check-connect-no-way = { $document } : aucune connexion à { $host } n’a pu être établie d’ici.
check-connect-no-way-fix = Vérifiez les pare-feu et les routes entre cette machine et le DME.

check-clock-good = { $seconds ->
    [0] Aucun décalage d’horloge.
    [one] Décalage d’horloge : une seconde.
   *[other] Décalage d’horloge : { $seconds } secondes.
}
check-clock-off = L’horloge du DME a { $seconds } secondes { $direction ->
    [ahead] d’avance
   *[behind] de retard
} sur la nôtre. Les jetons signés paraissent alors expirés, ou pas encore valides, à l’autre partie.
check-clock-off-fix = Synchronisez l’horloge des deux machines avec un serveur de temps (NTP).
check-clock-unsaid = Le DME n’a envoyé aucun en-tête Date : les horloges n’ont pas pu être comparées.

check-smart-found = Trouvée, en { $media_type }, et gardée en cache pendant { $minutes ->
    [one] une minute
   *[other] { $minutes } minutes
}{ $etag ->
    [yes] {" ; elle est ensuite revalidée par son ETag"}
   *[no] {""}
}.
check-smart-fixed = Non demandée : les points de terminaison sont inscrits (endpoints).
check-smart-statement = Aucune n’est publiée. Son CapabilityStatement nomme des points de terminaison, comme le font les serveurs SMART 1.0, mais il n’est utilisé que si vous l’activez.
check-smart-statement-fix = Mettez discover_from_capability_statement à true, en même temps qu’issuer, qu’un tel serveur n’y publie pas.
check-smart-statement-used = Aucune n’est publiée. Les points de terminaison viennent de son CapabilityStatement, comme inscrit.
check-smart-missing = Il n’y en a pas à { $address }, ni de CapabilityStatement qui nomme des points de terminaison.
check-smart-missing-fix = L’URL de base est le plus souvent en cause : demandez l’URL exacte du serveur FHIR et corrigez fhir_base_url.
check-smart-redirects = { $address } redirige vers { $location }. Passerelle ne suit aucune redirection.
check-smart-redirects-fix = Si le DME a changé d’adresse pour de bon, corrigez fhir_base_url.
check-smart-closed = { $address } répond { $answer }. Ce document doit être lisible sans ouvrir de session.
check-smart-closed-fix = Demandez à l’administrateur du DME de le rendre public, ou vérifiez fhir_base_url.
check-smart-web-page = { $address } répond { $answer } au lieu de JSON : une page d’un mandataire, d’une ouverture de session ou d’un autre serveur.
check-smart-web-page-fix = Vérifiez fhir_base_url, et s’il y a un serveur mandataire entre les deux.
check-smart-failing = { $address } répond { $answer }.
check-smart-failing-fix = Demandez à l’administrateur du DME ce que dit son journal, puis vérifiez de nouveau plus tard.
check-document-missing = { $document } n’existe pas.
check-document-missing-fix = Vérifiez fhir_base_url.
check-document-not-served = { $document } ne peut pas être lu : { $why }.
check-document-not-served-fix = Adressez-vous à l’administrateur du DME, puis vérifiez de nouveau plus tard.
check-document-unusable = { $document } est inutilisable : { $why }.
check-document-unusable-fix = L’administrateur du DME doit le corriger. Les points de terminaison peuvent aussi être inscrits (endpoints, dans le fichier indiqué par ehr.file).

check-issuer-as-registered = { $issuer }, inscrit et publié.
check-issuer-pinned = { $issuer }, comme inscrit. Le DME n’en publie aucun.
check-issuer-confirmed = { $registered } est inscrit, et openid-configuration le confirme. smart-configuration nomme { $published }, que la barre oblique finale rend différent : les lancements emploient l’émetteur inscrit.
check-issuer-published = { $issuer }, tel que publié. Aucun n’est inscrit : l’émetteur publié à son URL de base est accepté.
check-issuer-published-fix = Inscrivez-le comme issuer, pour qu’un changement soit remarqué.
check-issuer-differs = { $published } est publié, mais { $registered } est inscrit. Les lancements sont refusés.
check-issuer-differs-fix = Si l’administrateur du DME confirme l’émetteur publié, donnez cette valeur à issuer.
check-issuer-differs-by-slash = { $published } est publié, mais { $registered } est inscrit. La barre oblique finale les rend différents. Les lancements sont refusés.
check-issuer-differs-by-slash-fix = Donnez à issuer exactement la valeur publiée.
check-issuer-unconfirmed = smart-configuration nomme l’émetteur { $published }, son openid-configuration { $named }. Les lancements sont refusés.
check-issuer-unconfirmed-fix = Demandez à l’administrateur du DME quel émetteur signe les id_tokens, et de corriger le document qui nomme l’autre. D’ici là, les points de terminaison et l’émetteur peuvent être inscrits (endpoints, dans le fichier indiqué par ehr.file).
check-issuer-unconfirmed-by-slash = smart-configuration nomme l’émetteur { $published }, son openid-configuration { $named }. La barre oblique finale les rend différents, et l’émetteur n’est pas inscrit tel qu’openid-configuration le nomme. Les lancements sont refusés.
check-issuer-unconfirmed-by-slash-fix = Donnez à issuer exactement la valeur d’openid-configuration : les lancements l’emploient alors.
check-issuer-document-differs = L’openid-configuration de { $issuer } nomme { $named } comme émetteur. Les lancements sont refusés.
check-issuer-document-differs-fix = Si l’administrateur du DME confirme cet émetteur, donnez cette valeur à issuer.
check-issuer-missing = Le DME ne publie pas l’émetteur de ses id_tokens, et aucun n’est inscrit. Les lancements sont refusés.
check-issuer-missing-fix = Demandez-le à l’administrateur du DME et inscrivez-le dans issuer.
check-issuer-missing-but-found = smart-configuration ne nomme pas l’émetteur des id_tokens, et aucun n’est inscrit. Les lancements sont refusés. L’openid-configuration à l’URL de base nomme { $issuer }.
check-issuer-missing-but-found-fix = Si l’administrateur du DME le confirme, donnez cette valeur à issuer.

check-openid-agrees = openid-configuration concorde avec les métadonnées SMART.
check-openid-contradicts = L’openid-configuration, à { $address }, contredit les métadonnées SMART dans { $members }. Les lancements utilisent les métadonnées SMART, qui indiquent les clés, et ignorent openid-configuration.
check-openid-contradicts-fix = Demandez à l’administrateur du DME lequel des deux est exact, et de corriger l’autre.

check-endpoints-found = Point d’autorisation : { $authorization }. Point de terminaison des jetons : { $token }.
check-origins-own = Tous se trouvent à des origines inscrites : { $origins }.
check-origins-approved = Certains se trouvent à d’autres origines, { $origins }, qui ont été approuvées.
check-origins-first = Certains se trouvent à d’autres origines, { $origins }. Le premier lancement réussi les approuve ; un changement d’adresse ultérieur exigera votre approbation.
check-origins-first-fix = Pour ne permettre que celles-ci dès le début, ajoutez-les à endpoint_origins.
check-origin-waits = Un point de terminaison a changé d’adresse : { $origin }, qui n’est pas approuvée. Rien n’y est envoyé, et les lancements sont refusés.
check-origin-waits-fix = Si l’administrateur du DME confirme le changement d’adresse, approuvez-le, ou ajoutez l’origine à endpoint_origins.
check-origin-unknown = Un point de terminaison se trouve à { $origin }, qui n’est pas une origine inscrite. Rien n’y est envoyé, et les lancements sont refusés.
check-origin-unknown-fix = Si l’administrateur du DME le confirme, ajoutez l’origine à endpoint_origins.
check-authorization-unusable = Aucune requête d’autorisation ne peut être construite : { $why }.
check-authorization-unusable-fix = L’administrateur du DME doit corriger authorization_endpoint.

check-keys-usable = { $usable ->
    [one] { $usable } clé sur { $published } est utilisable
   *[other] { $usable } clés sur { $published } sont utilisables
}, pour { $algs } ; elles se trouvent à { $address }, { $document ->
    [registration] comme convenu d’avance
    [smart-configuration] selon smart-configuration
   *[other] selon openid-configuration
}.
check-keys-none = Aucune des { $published } clés à { $address } n’est utilisable : aucun id_token ne peut être vérifié.
check-keys-none-fix = L’administrateur du DME doit publier des clés RSA, ou EC sur P-256 ou P-384, pour RS256, RS384, ES256 ou ES384.
check-keys-missing = Il n’y a pas de jeu de clés à { $address }.
check-keys-missing-fix = L’administrateur du DME doit corriger jwks_uri.
check-keys-unusable = Le jeu de clés à { $address } est inutilisable : { $why }.
check-keys-unusable-fix = Adressez-vous à l’administrateur du DME, puis vérifiez de nouveau plus tard.
check-keys-nowhere = smart-configuration ne nomme aucune clé, et il n’y a pas d’openid-configuration à { $issuer } ni à la base FHIR.
check-keys-nowhere-fix = Vérifiez issuer.

check-client-auth-offered = { $method }, comme inscrit. Le DME offre { $offered }.
check-client-auth-unsaid = { $method }, comme inscrit. Le DME ne publie pas ce qu’il accepte ; seul un lancement le montrera.
check-client-auth-not-offered = { $method } est inscrit, mais le DME offre { $offered }. Les lancements sont refusés avant de commencer.
check-client-auth-not-offered-fix = Convenez d’une méthode avec l’administrateur du DME et inscrivez-la dans client_auth. Une méthode avec secret exige aussi le secret.
check-client-auth-none = { $method } est inscrit, mais le DME offre { $offered }, que Passerelle ne prend pas en charge.
check-client-auth-none-fix = Demandez à l’administrateur du DME client_secret_basic, client_secret_post ou private_key_jwt, et inscrivez-le dans client_auth.
check-signing-alg = Les assertions sont signées avec { $alg }.
check-signing-alg-not-offered = { $alg } est inscrit, mais le DME n’accepte que des assertions signées avec { $offered }. Les lancements sont refusés avant de commencer.
check-signing-alg-not-offered-fix = Donnez l’un de ces algorithmes à signing_alg.
check-signing-alg-none = Le DME n’accepte que des assertions signées avec { $offered }. Passerelle signe avec RS384 ou ES384.
check-signing-alg-none-fix = Demandez à l’administrateur du DME d’activer l’un des deux, ou inscrivez dans client_auth une méthode avec secret.
check-basic-characters = L’identifiant ou le secret contient des caractères que les serveurs décodent de deux façons.
check-basic-characters-fix = Si les lancements échouent avec « invalid_client », donnez à basic_encoding son autre valeur.

check-grant-types-unlisted = Nécessaire, mais absent de grant_types_supported du DME : { $missing }.
check-grant-types-unlisted-fix = Demandez à l’administrateur du DME de les permettre à notre client.

check-pkce-offered = S256 est offert, et Passerelle l’envoie.
check-pkce-unsaid = Non mentionné. Passerelle envoie S256 dans tous les cas ; les serveurs sans PKCE l’ignorent.
check-pkce-other = Le DME n’offre que { $methods }. Passerelle envoie S256 dans tous les cas, et jamais plain.

check-scopes-registered = Dans la syntaxe de { $syntax ->
    [v1] SMART 1.0
   *[v2] SMART 2
}, comme inscrit.
check-scopes-published = Dans la syntaxe de { $syntax ->
    [v1] SMART 1.0
   *[v2] SMART 2
}, comme publié.
check-scopes-assumed = Dans la syntaxe de SMART 2, puisque le DME ne publie pas celle qu’il prend en charge.
check-scopes-of-smart-1 = Dans la syntaxe de SMART 1.0, la seule qu’un tel serveur prenne en charge.
check-scopes-against = Le DME publie qu’il ne prend pas en charge la syntaxe de { $syntax ->
    [v1] SMART 1.0
   *[v2] SMART 2
}, qui est inscrite.
check-scopes-against-fix = Mettez scope_syntax à auto pour utiliser la syntaxe publiée.
check-scopes-no-patient = Aucune des portées ne permet à Passerelle de lire le patient : aucun dossier ne s’ouvre.
check-scopes-no-patient-fix = Ajoutez patient/Patient.r à scopes.

check-scopes-listed-v1 = Le DME n’énumère ses portées que dans la syntaxe de SMART 1.0. Les requêtes emploient celle de SMART 2, et certains serveurs écartent de telles portées sans erreur.
check-scopes-listed-v1-fix = Si les lancements se terminent sans accès au patient, mettez scope_syntax à v1.
check-scopes-unlisted = Nécessaire, mais absent de scopes_supported du DME : { $missing }. Cette liste peut être incomplète.
check-scopes-unlisted-fix = Demandez à l’administrateur du DME si notre client peut les obtenir.

check-refresh-asked = { $scope } fait partie des portées : l’accès est actualisé tant que le DME le permet.
check-refresh-offline = offline_access fait partie des portées : ses jetons d’actualisation restent valides une fois le clinicien sorti du DME. Passerelle les garde scellés et les révoque à la fin de sa propre session.
check-refresh-offline-fix = Si le DME accepte online_access, mettez plutôt cette portée dans scopes.
check-refresh-offered = L’accès au dossier prend fin à l’expiration du premier jeton d’accès, souvent après cinq ou dix minutes. Le DME offre online_access, avec quoi l’accès est actualisé.
check-refresh-offered-fix = Ajoutez online_access à scopes.
check-refresh-offered-offline = L’accès au dossier prend fin à l’expiration du premier jeton d’accès, souvent après cinq ou dix minutes. Le DME n’offre des jetons d’actualisation qu’avec offline_access : ils restent valides une fois le clinicien sorti du DME. Passerelle les garde scellés et les révoque à la fin de sa propre session.
check-refresh-offered-offline-fix = Si l’administrateur du DME est d’accord, ajoutez offline_access à scopes.
check-refresh-not-offered = L’accès au dossier prend fin à l’expiration du premier jeton d’accès, souvent après cinq ou dix minutes. Le DME n’offre pas de jetons d’actualisation.
check-refresh-none = L’accès au dossier prend fin à l’expiration du premier jeton d’accès, souvent après cinq ou dix minutes.
check-refresh-none-fix = Si le DME émet des jetons d’actualisation, ajoutez online_access à scopes.

check-revocation-found = Les jetons sont révoqués à { $address } à la fin d’une session.
check-revocation-none = Le DME n’a pas de point de révocation : les jetons expirent d’eux-mêmes.

check-introspection-asked = Les jetons font l’objet d’une introspection à { $address } avant l’envoi d’une demande. Si le DME indique que l’accès a pris fin, la demande reste un brouillon ; s’il ne répond pas, elle est envoyée.
check-introspection-nowhere = introspect est activé, mais le DME ne nomme aucun point d’introspection utilisable. Les demandes sont envoyées sans introspection.
check-introspection-nowhere-fix = Demandez un introspection_endpoint à l’administrateur du DME, ou mettez introspect à false.
check-introspection-off = Le DME a un point d’introspection à { $address } ; il n’est pas utilisé.
check-introspection-off-fix = Pour qu’aucune demande ne parte après que le DME a mis fin à la session, mettez introspect à true.
check-introspection-none = Le DME n’a pas de point d’introspection, et introspect est désactivé.

check-capabilities-all = Toutes les capacités qu’un lancement exige sont publiées.
check-capabilities-missing = Non publié : { $missing }. Les lancements se poursuivent ; s’ils échouent, renseignez-vous d’abord là-dessus.
check-capabilities-unsaid = Aucune capacité n’est publiée. Les lancements se poursuivent.

check-fhir-version = FHIR { $version }.
check-fhir-other-version = FHIR { $version }. Passerelle prend en charge FHIR R4 (4.0).
check-fhir-other-version-fix = Demandez l’URL de son serveur R4 et corrigez fhir_base_url.
check-fhir-closed = Son CapabilityStatement ne peut pas être lu sans ouvrir de session ({ $answer }) : sa version est inconnue. Les lancements n’en ont pas besoin.
check-fhir-no-answer = Son CapabilityStatement n’est pas arrivé à temps : sa version est inconnue. Les lancements n’en ont pas besoin.

check-verdict-problems = { $problems ->
    [one] Un problème empêche les lancements.
   *[other] { $problems } problèmes empêchent les lancements.
}
check-verdict-good = Rien de ce qui peut être vérifié d’ici n’empêche un lancement.
check-verdict-notes = { $notes ->
    [0] {""}
    [one] Une remarque mérite d’être lue.
   *[other] { $notes } remarques méritent d’être lues.
}

hand-over-title = Ce dont l’administrateur du DME a besoin
hand-over-launch-url = URL de lancement
hand-over-redirect-uri = URI de redirection
hand-over-client-id = Identifiant client
hand-over-client-auth = Authentification du client
hand-over-jwks-url = URL du jeu de clés
hand-over-grant-types = Types d’autorisation (grant types)
hand-over-scopes = Portées

