package aadsts

// Product is a program whose messages need a word about the program itself.
type Product struct {
	ID      string   `yaml:"id"`
	Phrases []string `yaml:"phrases"`
	Needs   []string `yaml:"needs"`
	Notes   []string `yaml:"notes"`
}
