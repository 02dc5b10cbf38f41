package when

import "testing"

func TestFind(t *testing.T) {
	for _, c := range []struct{ text, when string }{
		{"appeler Bob demain à 9h", "demain à 9h"},
		{"demain 9h appeler Bob", "demain 9h"},
		{"appeler demain le plombier", "demain"},
		{"préparer la réunion du 12 décembre demain 9h", "demain 9h"},
		{"demain 9h préparer la réunion du 12 décembre", "demain 9h"},
		{"sortir les poubelles tous les lundis à 19h", "tous les lundis à 19h"},
		{"tous les lundis à 19h, sortir les poubelles", "tous les lundis à 19h"},
		{"check in tomorrow", "tomorrow"},
		{"pay the rent on the 1st of every month at 9am", "on the 1st of every month at 9am"},
		{"call mum in 2 hours", "in 2 hours"},
		{"in 2 hours call mum", "in 2 hours"},
		{"envoyer le rapport mensuel demain 9h", "demain 9h"},
		{"relancer le comité d'ici vendredi midi", "d'ici vendredi midi"},
		{"acheter du pain à 18h", "à 18h"},
		{"réunion samedi 28 novembre à 14 heures", "samedi 28 novembre à 14 heures"},
		{"rendre le dossier le 31 juin", "le 31 juin"},
		{"facture 03/04", "03/04"},
		{"appeler Bob", ""},
		{"", ""},
	} {
		from, to, ok := Find(c.text)
		if got := c.text[from:to]; got != c.when || ok != (c.when != "") {
			t.Errorf("%q: found %q, want %q", c.text, got, c.when)
		}
	}
}
