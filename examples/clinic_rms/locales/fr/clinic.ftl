clinic-welcome = Demandes de la Clinique Riverside
clinic-hello = Bonjour, { $name }.
