package aadsts

import (
	"github.com/spcheck/spcheck/internal/result"
)

// phrase is what programs print where they do not repeat Entra's code: the words
// of a resource, a library, an operating system. The files under
// catalogue/phrases tell how an entry is written.
type phrase struct {
	ID       string   `yaml:"id"`
	From     string   `yaml:"from"`     // the program or stack that prints it
	Patterns []string `yaml:"patterns"` // any of these; * stands for a value
	Near     []string `yaml:"near"`     // any of these has to stand near by
	Unless   []string `yaml:"unless"`   // none of these may stand near by
	// Network marks words that any connection may fail with: they count for what
	// they are only beside a host of Microsoft's, and not at all beside another.
	Network bool `yaml:"network"`
	// Broad marks words that go with many errors; more specific ones beside them
	// say which.
	Broad bool `yaml:"broad"`
	// Hides marks the words of a program that keeps the real answer to itself;
	// any other error beside them says more.
	Hides  bool       `yaml:"hides"`
	Causes candidates `yaml:"causes"`
	Means  bilingual  `yaml:"means"`
	Remedy bilingual  `yaml:"remedy"`
	Tests  []string   `yaml:"tests"` // for whoever changes it

	// Read are the patterns as the finder looks for them.
	Read []pattern `yaml:"-"`
}

// read works out what to look for.
func (p *phrase) read() {
	for _, wording := range p.Patterns {
		p.Read = append(p.Read, *newPattern(wording))
	}
}

// strength orders certainties.
func strength(c result.Certainty) int {
	switch c {
	case result.Proven:
		return 3
	case result.Likely:
		return 2
	case result.Possible:
		return 1
	}
	return 0
}

// weaker is the lower one of two certainties.
func weaker(a, b result.Certainty) result.Certainty {
	if strength(a) < strength(b) {
		return a
	}
	return b
}

// ranked are the causes of the phrase, none claimed stronger than most. The
// first has the phrase's own remedy.
func (p *phrase) ranked(most result.Certainty) []Ranked {
	list := ranked(p.Causes, p.Remedy.text())
	for i := range list {
		list[i].Most = weaker(list[i].Most, most)
	}
	return list
}
