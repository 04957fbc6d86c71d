package aadsts

import (
	"strings"

	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/msg"
)

// Product is a message without a code: of a program that needs a word about
// itself, of Microsoft Graph, or of the way to the sign-in service.
type Product struct {
	ID       string      `yaml:"id"`
	Phrases  []string    `yaml:"phrases"`
	Needs    []string    `yaml:"needs"`
	SameLine bool        `yaml:"sameLine"`
	Causes   []causes.ID `yaml:"causes"`
	Notes    []string    `yaml:"notes"`
}

// product returns the product with the given ID, or nil.
func (f *Finder) product(id string) *Product {
	for _, p := range f.catalogue.products {
		if p.ID == id {
			return p
		}
	}
	return nil
}

// fits reports whether the words around the phrase belong to an error of the
// product.
func (p *Product) fits(e *event) bool {
	around := e.region
	if p.SameLine {
		around = e.sameLine
	}
	words := squashString(around)
	for _, need := range p.Needs {
		if strings.Contains(words, squashString(need)) {
			return true
		}
	}
	return len(p.Needs) == 0
}

// texts returns the notes as sentences.
func (p *Product) texts() []msg.Text {
	var texts []msg.Text
	for _, n := range p.Notes {
		texts = append(texts, msg.FromData(n, nil))
	}
	return texts
}

// match is the match that the message makes where no code takes its notes over.
func (p *Product) match(e *event) *Match {
	return &Match{
		Line: e.line, Offset: e.pos, Count: 1, FoundBy: ByWording,
		Excerpt: excerpt(e.sameLine), Causes: ranked(possible(p.Causes), msg.Text{}), Notes: p.texts(),
	}
}
