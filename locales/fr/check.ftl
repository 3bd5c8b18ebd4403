check-topic-registration = Inscription
check-topic-address = Adresse
check-topic-clock = Horloge
check-topic-smart = smart-configuration
check-topic-issuer = Émetteur
check-topic-endpoints = Points de terminaison
check-topic-keys = Clés de ses id_tokens
check-topic-client-auth = Notre preuve d’identité
check-topic-pkce = PKCE
check-topic-scopes = Portées
check-topic-refresh = Renouvellement de l’accès
check-topic-revocation = Restitution de l’accès
check-topic-introspection = Vérification de l’accès avant l’envoi
check-topic-capabilities = Capacités
check-topic-fhir = Serveur FHIR
check-topic-frame = Cadres

check-suspended = Il est en pause : personne ne peut lancer l’application depuis ce DME.
check-suspended-fix = Rétablissez-le quand le reste sera en ordre.
check-public-url-local = Passerelle se présente comme { $url }, une adresse que seule cette machine peut joindre.
check-public-url-local-fix = Pour un DME situé ailleurs, donnez à server.public_url l’adresse https que les gens utilisent.
check-frame-none = Aucune page d’un DME ne peut afficher Passerelle dans un cadre. Un lancement s’ouvre dans son propre onglet ou sa propre fenêtre.
check-frame-none-fix = Si le DME affiche les applications dans ses propres pages, donnez à frame_ancestors l’origine de ces pages. Sans cela, les gens voient un cadre vide.
check-frame-allowed = Les pages de { $origins } peuvent afficher Passerelle dans un cadre.

check-address-allowed = { $host } est { $addresses }, et Passerelle peut s’y connecter.
check-address-unknown = Personne ne connaît le nom { $host } : rien n’a pu être demandé.
check-address-unknown-fix = Cherchez une faute de frappe dans fhir_base_url, ou demandez pourquoi le DNS de cette machine ne connaît pas ce nom.
check-address-unusable = Une adresse chez { $host } est inutilisable.
check-address-unusable-fix = Le DME doit publier de simples adresses https.
check-address-not-allowed = { $host } est { $addresses }, qui n’est pas une adresse publique. Rien n’y a été envoyé.
check-address-not-allowed-fix = Si ce DME se trouve bien dans votre propre réseau, indiquez sa plage dans allowed_networks.
check-address-plain = { $host } est { $addresses }, et le http sans chiffrement n’est accepté qu’avec des adresses désignées. Rien n’y a été envoyé.
check-address-plain-fix = Inscrivez son adresse https dans fhir_base_url. S’il se trouve dans votre propre réseau et n’en a pas, indiquez sa plage dans allowed_networks.

check-connect-blocked = { $document } : { $host } a une adresse qui n’est pas permise pour ce DME. Rien n’y a été envoyé.
check-connect-blocked-fix = S’il se trouve bien dans votre propre réseau, indiquez sa plage dans allowed_networks.
check-connect-url = { $document } : une adresse chez { $host } est inutilisable.
check-connect-url-fix = Le DME doit publier de simples adresses https.
check-connect-setup = Cette machine ne peut pas utiliser TLS.
check-connect-setup-fix = Installez des certificats d’autorité, sous Debian le paquet ca-certificates.
check-connect-crowded = { $document } : { $host } nous doit encore tant de réponses que nous ne lui demandons plus rien pour l’instant.
check-connect-crowded-fix = Réessayez dans une minute. Si cela persiste, demandez à l’administrateur du DME pourquoi il répond si lentement.
check-connect-timeout = { $document } : { $host } n’a pas répondu à temps. Un lancement n’attend pas davantage.
check-connect-timeout-fix = Adressez-vous à l’administrateur du DME et vérifiez les pare-feu entre vous.
check-connect-broken = { $document } : { $host } a coupé au milieu de sa réponse.
check-connect-broken-fix = Demandez à l’administrateur du DME ce que dit son journal.
check-connect-too-large = { $document } dépasse 256 Kio. Passerelle n’en lit pas davantage.
check-connect-too-large-fix = L’administrateur du DME doit le réduire, ou bien inscrivez les points de terminaison d’avance (endpoints, dans le fichier de ehr.file).
check-connect-refused = { $document } : personne n’écoute chez { $host }.
check-connect-refused-fix = Vérifiez le port dans l’adresse et demandez si le serveur fonctionne.
check-connect-expired = { $document } : le certificat de { $host } est expiré. Rien n’a été envoyé.
check-connect-expired-fix = L’administrateur du DME doit le renouveler. Rien ici ne permet de passer outre.
check-connect-not-yet-valid = { $document } : le certificat de { $host } n’est pas encore valide. Rien n’a été envoyé.
check-connect-not-yet-valid-fix = Vérifiez l’horloge de cette machine; si elle est juste, l’administrateur du DME doit corriger le certificat.
check-connect-other-name = { $document } : le certificat de { $host } est fait pour un autre nom. Rien n’a été envoyé.
check-connect-other-name-fix = Inscrivez dans fhir_base_url le nom pour lequel il est fait, ou demandez à l’administrateur du DME d’y ajouter celui-ci.
check-connect-unknown-issuer = { $document } : le certificat de { $host } ne vient de personne en qui cette machine a confiance. Rien n’a été envoyé.
check-connect-unknown-issuer-fix = Si le DME a sa propre autorité, ajoutez son certificat racine à cette machine. Sinon, son serveur n’envoie pas le certificat intermédiaire, et son administrateur doit l’ajouter.
check-connect-revoked = { $document } : le certificat de { $host } a été révoqué. Rien n’a été envoyé.
check-connect-revoked-fix = L’administrateur du DME doit le remplacer.
check-connect-unusable-certificate = { $document } : le certificat de { $host } se porte garant de lui-même, ou sert à autre chose. Rien n’a été envoyé.
check-connect-unusable-certificate-fix = Le DME a besoin d’un certificat de serveur émis par une autorité en qui cette machine a confiance.
check-connect-tls = { $document } : { $host } n’offre pas TLS 1.2 ou plus récent. Rien n’a été envoyé.
check-connect-tls-fix = Vérifiez le port dans l’adresse; sinon, l’administrateur du DME doit activer TLS 1.2 ou 1.3.
check-connect-no-way = { $document } : aucun chemin ne mène d’ici à { $host }.
check-connect-no-way-fix = Vérifiez les pare-feu et les routes entre cette machine et le DME.

check-clock-good = { $seconds ->
    [0] Son horloge et la nôtre donnent la même heure.
    [one] Son horloge et la nôtre ont une seconde d’écart.
   *[other] Son horloge et la nôtre ont { $seconds } secondes d’écart.
}
check-clock-off = Son horloge a { $seconds } secondes { $direction ->
    [ahead] d’avance
   *[behind] de retard
} sur la nôtre. Ce que l’un signe paraît alors trop vieux, ou pas encore valide, à l’autre.
check-clock-off-fix = Faites suivre un serveur de temps (NTP) aux deux machines.
check-clock-unsaid = Il ne dit pas quelle heure il est : les horloges n’ont pas pu être comparées.

check-smart-found = Présente, en { $media_type }, et conservée { $minutes ->
    [one] une minute
   *[other] { $minutes } minutes
}{ $etag ->
    [yes] ; ensuite, Passerelle demande seulement si elle a changé
   *[no] {""}
}.
check-smart-fixed = Non demandée : les points de terminaison ont été convenus d’avance (endpoints).
check-smart-statement = Il n’en publie aucune. Son CapabilityStatement nomme les points de terminaison, comme le font les serveurs SMART 1.0, mais on ne s’y fie que si vous le dites.
check-smart-statement-fix = Activez discover_from_capability_statement.
check-smart-statement-used = Il n’en publie aucune. Les points de terminaison viennent de son CapabilityStatement, comme inscrit.
check-smart-missing = Il n’y en a pas à { $address }, ni de CapabilityStatement qui nomme des points de terminaison.
check-smart-missing-fix = Le plus souvent, l’URL de base n’est pas tout à fait juste : demandez l’URL exacte du serveur FHIR et corrigez fhir_base_url.
check-smart-redirects = { $address } redirige vers { $location }. Passerelle ne suit aucune redirection.
check-smart-redirects-fix = Si le DME y a déménagé pour de bon, corrigez fhir_base_url.
check-smart-closed = { $address } répond { $answer }. Ce document doit être lisible sans ouvrir de session.
check-smart-closed-fix = Demandez à l’administrateur du DME de l’ouvrir, ou vérifiez fhir_base_url.
check-smart-web-page = { $address } répond { $answer } au lieu de JSON : la page d’un mandataire, d’une ouverture de session ou d’un autre serveur.
check-smart-web-page-fix = Vérifiez fhir_base_url, et s’il y a un serveur mandataire entre vous.
check-smart-failing = { $address } répond { $answer }.
check-smart-failing-fix = Demandez à l’administrateur du DME ce que dit son journal, puis vérifiez de nouveau plus tard.
check-document-missing = { $document } est introuvable.
check-document-missing-fix = Vérifiez fhir_base_url.
check-document-not-served = { $document } ne peut pas être lu : { $why }.
check-document-not-served-fix = Adressez-vous à l’administrateur du DME, puis vérifiez de nouveau plus tard.
check-document-unusable = { $document } est inutilisable : { $why }.
check-document-unusable-fix = L’administrateur du DME doit le corriger. Les points de terminaison peuvent aussi être convenus d’avance (endpoints, dans le fichier de ehr.file).

check-issuer-as-registered = { $issuer }, inscrit et publié.
check-issuer-pinned = { $issuer }, comme inscrit. Il n’en publie aucun.
check-issuer-published = { $issuer }, tel qu’il le publie. Aucun n’est inscrit : on se fie à ce que publie sa base.
check-issuer-published-fix = Inscrivez-le comme issuer, pour qu’il ne puisse pas changer sans qu’on le voie.
check-issuer-differs = Il publie { $published }, alors que { $registered } est inscrit. Les lancements sont refusés.
check-issuer-differs-fix = Si l’administrateur du DME confirme ce qui est publié, donnez cette valeur à issuer.
check-issuer-differs-by-slash = Il publie { $published }, alors que { $registered } est inscrit. La barre oblique à la fin en fait deux. Les lancements sont refusés.
check-issuer-differs-by-slash-fix = Donnez à issuer exactement la valeur publiée.
check-issuer-document-differs = L’openid-configuration de { $issuer } nomme { $named } comme émetteur. Les lancements sont refusés.
check-issuer-document-differs-fix = Si l’administrateur du DME confirme ce nom, donnez-le à issuer.
check-issuer-missing = Il ne dit pas qui signe ses id_tokens, et aucun émetteur n’est inscrit. Les lancements sont refusés.
check-issuer-missing-fix = Demandez-le à l’administrateur du DME et donnez-le à issuer.
check-issuer-missing-but-found = Sa smart-configuration ne dit pas qui signe ses id_tokens, et aucun émetteur n’est inscrit. Les lancements sont refusés. L’openid-configuration à sa base nomme { $issuer }.
check-issuer-missing-but-found-fix = Si l’administrateur du DME le confirme, donnez cette valeur à issuer.

check-openid-agrees = Son openid-configuration dit la même chose que les métadonnées SMART.
check-openid-contradicts = Son openid-configuration, à { $address }, dit autre chose que les métadonnées SMART dans { $members }. Les lancements suivent les métadonnées SMART, qui indiquent les clés, et ne le lisent pas.
check-openid-contradicts-fix = Demandez à l’administrateur du DME lequel des deux est exact, et faites corriger l’autre.

check-endpoints-found = Les gens ouvrent leur session à { $authorization }; les codes deviennent des jetons à { $token }.
check-origins-own = Tous se trouvent là où l’inscription le dit : { $origins }.
check-origins-approved = Certains se trouvent ailleurs, à { $origins }, ce qui a été approuvé.
check-origins-first = Certains se trouvent ailleurs, à { $origins }. Le premier lancement réussi l’approuvera; un déménagement ultérieur attendra votre accord.
check-origins-first-fix = Pour ne rien permettre d’autre dès le début, nommez cette origine dans endpoint_origins.
check-origin-waits = Un point de terminaison a déménagé à { $origin }, et personne ne l’a approuvé. Rien n’y est envoyé, et les lancements sont refusés.
check-origin-waits-fix = Si l’administrateur du DME confirme le déménagement, approuvez-le, ou nommez l’origine dans endpoint_origins.
check-origin-unknown = Un point de terminaison se trouve à { $origin }, qui ne fait pas partie des origines convenues. Rien n’y est envoyé, et les lancements sont refusés.
check-origin-unknown-fix = Si l’administrateur du DME le confirme, ajoutez l’origine à endpoint_origins.
check-authorization-unusable = Aucune demande d’autorisation ne peut être faite : { $why }.
check-authorization-unusable-fix = L’administrateur du DME doit corriger authorization_endpoint.

check-keys-usable = { $usable ->
    [one] { $usable } clé sur { $published } est utilisable
   *[other] { $usable } clés sur { $published } sont utilisables
}, pour { $algs }; elles se trouvent à { $address }, { $document ->
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

check-client-auth-offered = { $method }, comme inscrit. Il offre { $offered }.
check-client-auth-unsaid = { $method }, comme inscrit. Il ne dit pas ce qu’il accepte; seul un lancement le montrera.
check-client-auth-not-offered = { $method } est inscrit, et il offre { $offered }. Les lancements sont refusés avant de commencer.
check-client-auth-not-offered-fix = Convenez d’une façon de faire avec l’administrateur du DME et inscrivez-la dans client_auth. Une façon avec secret exige aussi le secret.
check-client-auth-none = { $method } est inscrit, et il offre { $offered }, que Passerelle ne connaît pas.
check-client-auth-none-fix = Demandez à l’administrateur du DME client_secret_basic, client_secret_post ou private_key_jwt, et inscrivez-le dans client_auth.
check-signing-alg = Les assertions sont signées avec { $alg }.
check-signing-alg-not-offered = { $alg } est inscrit, et il n’accepte que des assertions signées avec { $offered }. Les lancements sont refusés avant de commencer.
check-signing-alg-not-offered-fix = Donnez l’un de ces algorithmes à signing_alg.
check-signing-alg-none = Il n’accepte que des assertions signées avec { $offered }. Passerelle signe avec RS384 ou ES384.
check-signing-alg-none-fix = Demandez à l’administrateur du DME d’activer l’un des deux, ou inscrivez dans client_auth une façon avec secret.
check-basic-characters = L’identifiant ou le secret contient des caractères que les serveurs lisent de deux façons.
check-basic-characters-fix = Si les lancements finissent par « invalid_client », inscrivez l’autre façon dans basic_encoding.

check-pkce-offered = S256, que Passerelle envoie.
check-pkce-unsaid = Il n’en parle pas. Passerelle envoie S256 quand même; les serveurs qui ne le connaissent pas l’ignorent.
check-pkce-other = Il n’offre que { $methods }. Passerelle envoie S256 quand même, et jamais plain.

check-scopes-registered = Dans la syntaxe de { $syntax ->
    [v1] SMART 1.0
   *[v2] SMART 2
}, comme inscrit.
check-scopes-published = Dans la syntaxe de { $syntax ->
    [v1] SMART 1.0
   *[v2] SMART 2
}, qu’il dit connaître.
check-scopes-assumed = Dans la syntaxe de SMART 2, puisqu’il ne dit pas laquelle il connaît.
check-scopes-of-smart-1 = Dans la syntaxe de SMART 1.0, la seule qu’un tel serveur connaisse.
check-scopes-against = Il dit ne pas connaître la syntaxe de { $syntax ->
    [v1] SMART 1.0
   *[v2] SMART 2
}, qui est inscrite.
check-scopes-against-fix = Donnez la valeur auto à scope_syntax pour suivre ce qu’il dit.
check-scopes-no-patient = Aucune des portées ne permet à Passerelle de lire le patient : aucun dossier ne s’ouvre.
check-scopes-no-patient-fix = Ajoutez patient/Patient.r à scopes.

check-refresh-asked = { $scope } fait partie des portées : l’accès est renouvelé tant que le DME le permet.
check-refresh-offline = offline_access fait partie des portées : ses jetons resteraient valides une fois le clinicien sorti du DME. Passerelle les garde sous scellés et les rend à la fin de sa propre session.
check-refresh-offline-fix = Si le DME accepte online_access, mettez-le plutôt dans scopes.
check-refresh-none = L’accès au dossier prend fin avec le premier jeton, souvent après cinq ou dix minutes.
check-refresh-none-fix = Si le DME donne des jetons de renouvellement, ajoutez online_access à scopes.

check-revocation-found = À { $address }, à la fin d’une session.
check-revocation-none = Rien n’est prévu pour cela : les jetons expirent d’eux-mêmes.

check-introspection-asked = Avant l’envoi d’une demande, on l’interroge à { $address }. S’il dit que l’accès a pris fin, la demande reste un brouillon; s’il ne répond pas, elle est envoyée.
check-introspection-nowhere = Passerelle doit l’interroger avant l’envoi d’une demande, mais il ne nomme aucun endroit utilisable pour cela. Les demandes sont envoyées sans cette vérification.
check-introspection-nowhere-fix = Demandez un introspection_endpoint à l’administrateur du DME, ou donnez la valeur false à introspect.
check-introspection-off = On pourrait l’interroger à { $address }, mais on ne le fait pas.
check-introspection-off-fix = Pour qu’aucune demande ne parte après que le DME a mis fin à la session, donnez la valeur true à introspect.
check-introspection-none = Il ne nomme aucun endroit pour cela et n’est pas interrogé.

check-capabilities-all = Il dit pouvoir faire tout ce qu’un lancement demande.
check-capabilities-missing = Il ne mentionne pas { $missing }. Passerelle continue; si les lancements échouent, renseignez-vous d’abord là-dessus.
check-capabilities-unsaid = Il ne dit pas ce qu’il sait faire. Passerelle continue.

check-fhir-version = FHIR { $version }.
check-fhir-other-version = FHIR { $version }. Passerelle lit FHIR R4, soit 4.0.
check-fhir-other-version-fix = Demandez l’URL de son serveur R4 et corrigez fhir_base_url.
check-fhir-closed = Son CapabilityStatement ne peut pas être lu sans ouvrir de session ({ $answer }); sa version n’est donc pas connue. Les lancements n’en ont pas besoin.
check-fhir-no-answer = Il n’a pas montré son CapabilityStatement à temps; sa version n’est donc pas connue. Les lancements n’en ont pas besoin.

check-verdict-problems = { $problems ->
    [one] Un problème empêche les lancements.
   *[other] { $problems } problèmes empêchent les lancements.
}
check-verdict-good = Rien de ce qui se voit d’ici n’empêche un lancement.
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
hand-over-scopes = Portées

