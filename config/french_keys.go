package config

import "slices"

// frenchKeys gives the keys that a French word for one may stand for, folded: whoever
// writes a charter in French writes a key in French sooner or later.
var frenchKeys = map[string][]string{
	"nom": {"name"}, "texte": {"text"}, "titre": {"title"}, "description": {"about"}, "a-propos": {"about"},
	"canal": {"channel"}, "salon": {"channel"}, "canaux": {"channels"}, "salons": {"channels"}, "groupe": {"group"}, "groupes": {"groups"},
	"membres": {"members"}, "responsable": {"responsible"}, "contact": {"reach"}, "langue": {"locale"}, "fuseau": {"zone"},
	"droits": {"rights"}, "textes": {"texts"}, "demandes": {"requests"}, "reunions": {"meetings"}, "rappels": {"reminders"},
	"adhesion": {"membership"}, "adhesions": {"membership"}, "financement": {"funding"}, "lettre": {"newsletter"}, "frise": {"timeline"}, "versions": {"releases"},
	"types": {"kinds"}, "parcours": {"paths", "path"}, "etapes": {"stages"}, "champs": {"fields"}, "formulaire": {"form"}, "avis": {"opinions"},
	"porteur": {"holder"}, "avance": {"advance", "ahead"}, "retour": {"back"}, "refus": {"refuse", "refusal"}, "finale": {"final"}, "suivantes": {"next"},
	"retard": {"late"}, "duree": {"lasts"}, "dure": {"lasts"}, "quand": {"when"}, "regles": {"rules"}, "regle": {"vote"},
	"defaut": {"default"}, "electeurs": {"electorate"}, "majorite": {"majority"}, "methode": {"method"}, "sieges": {"seats"}, "procurations": {"proxies"},
	"pouvoirs": {"proxies"}, "invites": {"invited", "guests"}, "hote": {"host"}, "lieu": {"where"}, "lieux": {"places"}, "lien": {"link"},
	"delai": {"notice"}, "preavis": {"notice"}, "ordre-du-jour": {"agenda"}, "repetition": {"repeat"}, "sauf": {"skip"}, "annonce": {"announce"},
	"bienvenue": {"welcome"}, "accueil": {"welcome"}, "presentation": {"introduction"}, "themes": {"themes"}, "logiciels": {"software"},
	"libelle": {"label"}, "choix": {"choices"}, "obligatoire": {"required"}, "prive": {"private"}, "aide": {"help"},
	"candidature": {"candidacy"}, "confirmation": {"confirm"}, "mandats": {"mandates"}, "decide": {"decide"}, "monnaie": {"currency"}, "devise": {"currency"},
	"facons": {"ways"}, "partage": {"share"}, "contributeurs": {"contributors"}, "enveloppe": {"envelope"}, "enveloppes": {"envelopes"}, "annees": {"years"},
	"mineur": {"minor"}, "majeur": {"breaking"}, "recette": {"test"}, "jours": {"days"}, "releves": {"digests"}, "avant": {"before"},
}

// meant finds which of the keys of a mapping an unknown one was probably meant to be,
// "" for none: by its French name, or by its letters.
func (d *decoder) meant(key string, keys []string) string {
	for _, k := range frenchKeys[string(fold(key))] {
		if slices.Contains(keys, k) {
			return k
		}
	}
	return d.near(key, keys)
}
