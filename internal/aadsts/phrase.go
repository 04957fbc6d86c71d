package aadsts

import "github.com/spcheck/spcheck/internal/result"

// phrase is what programs print instead of Entra's code: the words of a resource, a
// library, an operating system. catalogue/phrases/network.yaml describes the fields.
type phrase struct {
	ID       string   `yaml:"id"`
	From     string   `yaml:"from"`     // the program or stack that prints it
	Patterns []string `yaml:"patterns"` // any of these; * stands for a value
	Near     []string `yaml:"near"`     // any of these must be nearby; squashed
	Unless   []string `yaml:"unless"`   // none of these may be nearby; squashed
	// Network marks words with which any connection may fail. They are conclusive only
	// near a Microsoft host, and do not count near another host.
	Network bool `yaml:"network"`
	// Elsewhere is the phrase that the words are instead, where the text is about another
	// provider's OAuth.
	Elsewhere string `yaml:"elsewhere"`
	// Broad marks words that occur with many errors. More specific words take precedence.
	Broad bool `yaml:"broad"`
	// Hides marks the words of a program that hides the real answer. Any other error
	// takes precedence.
	Hides  bool        `yaml:"hides"`
	Causes []candidate `yaml:"causes"`
	Means  bilingual   `yaml:"means"`
	Remedy bilingual   `yaml:"remedy"`
	Tests  []string    `yaml:"tests"` // not in the program

	Read []pattern `yaml:"-"` // the patterns in the form that the finder needs
}

// hit is a phrase at one place of the text.
type hit struct {
	phrase *phrase
	weight int // length of the wording; a longer one is more specific
	host   hostOwner
	prose  bool // the text discusses such an error
}

// most returns the strongest certainty that the place allows.
func (h *hit) most() result.Certainty {
	if h.prose || h.phrase.Network && h.host != microsoftHost {
		return result.Possible
	}
	return result.Proven
}

// score orders hits: by how certain the first cause is, then by the specificity of the
// words. Words that are broad, or that hide the answer, come last.
func (h *hit) score() int {
	n := 1000*strength(weaker(h.phrase.Causes[0].Most, h.most())) + h.weight
	if h.phrase.Broad {
		n -= 10_000
	}
	if h.phrase.Hides {
		n -= 20_000
	}
	return n
}
