package config

import (
	"embed"
	"strings"
)

//go:embed charters/*.yaml
var charters embed.FS

// Shipped returns a charter that comes with the product, by its name without
// .yaml.
func Shipped(name string) ([]byte, bool) {
	data, err := charters.ReadFile("charters/" + name + ".yaml")
	return data, err == nil
}

// ShippedNames lists the charters that come with the product, in alphabetical
// order.
func ShippedNames() []string {
	files, err := charters.ReadDir("charters")
	if err != nil {
		panic("config: embedded charters: " + err.Error())
	}
	names := make([]string, len(files))
	for i, f := range files {
		names[i] = strings.TrimSuffix(f.Name(), ".yaml")
	}
	return names
}
