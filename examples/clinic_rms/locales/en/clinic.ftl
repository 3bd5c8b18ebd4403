clinic-welcome = Riverside Clinic referrals
clinic-hello = Good day, { $name }.
