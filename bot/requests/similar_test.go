package requests

import (
	"path/filepath"
	"testing"

	"greffier/bot"
	"greffier/config"
	"greffier/store"
	"greffier/store/bolt"
)

// titlesAsked are wishes as members of four communities write them, each pair of
// which asks for something else.
var titlesAsked = []string{
	"Export CSV", "Machine à café", "Corriger l'affichage des dates sur la page d'accueil",
	"Connexion par FranceConnect", "Relance automatique des usagers", "Paiement en ligne de la cantine",
	"Rendez-vous pour les passeports", "Historique des interventions sur un regard d'assainissement",
	"Import des levés topographiques", "Carte des réseaux en mode hors ligne", "Double authentification",
	"Mode sombre", "Traduire l'interface en allemand", "Newsletter mensuelle", "Annuaire des anciens par promotion",
	"Serveur Mumble pour les réunions", "Sauvegardes chiffrées hors site", "Statistiques de fréquentation du site",
	"Signature électronique des courriers", "Dark mode for the portal", "Search by address", "Printing labels",
	"Faster login on mobile", "Calendar feed of meetings", "Notification par SMS des agents",
}

func TestSimilarTitles(t *testing.T) {
	s, err := bolt.Open(filepath.Join(t.TempDir(), "r.db"), bolt.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	cases := []struct{ title, finds string }{
		{"Exporter en CSV", "Export CSV"},
		{"Exports CSV des demandes", "Export CSV"},
		{"exportation csv", "Export CSV"},
		{"Export to CSV", "Export CSV"},
		{"Une nouvelle machine à café", "Machine à café"},
		{"Authentification double facteur", "Double authentification"},
		{"Payer la cantine en ligne", "Paiement en ligne de la cantine"},
		{"Mode sombre pour le portail", "Mode sombre|Dark mode for the portal"},
		{"Relancer automatiquement les usagers", "Relance automatique des usagers"},
		{"Dates mal affichées page d'accueil", "Corriger l'affichage des dates sur la page d'accueil"},
		{"Traduction de l'interface en allemand", "Traduire l'interface en allemand"},
		{"Print labels", "Printing labels"},
		{"Sauvegarde chiffrée", "Sauvegardes chiffrées hors site"},
		{"Prise de rendez-vous passeport", "Rendez-vous pour les passeports"},
		{"Export PDF des courriers", ""},
		{"Import de fichiers Excel", ""},
		{"Une page pour les associations", ""},
		{"Supprimer un usager", ""},
		{"Mode d'emploi pour les débutants", ""},
		{"Réserver une salle en ligne", ""},
		{"Corriger une faute de frappe", ""},
		{"Statistiques de paiement", ""},
		{"Faster search", ""},
		{"Annuaire des élus", ""},
		{"Authentification par certificat", ""},
		{"Carte de membre", ""},
	}
	charter := config.Charter{}
	err = s.Update(t.Context(), func(tx store.Tx) error {
		c := &bot.Ctx{Tx: tx, Charter: charter.Indexed()}
		for i, title := range titlesAsked {
			save(c, nil, &Request{Number: uint64(i + 1), Title: title, State: Open})
		}
		for _, tc := range cases {
			found := ""
			for _, r := range similar(c, &Request{Title: tc.title}) {
				found += r.Title + "|"
			}
			if want := tc.finds; found != want && found != want+"|" {
				t.Errorf("%q resembles %q, want %q", tc.title, found, tc.finds)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
