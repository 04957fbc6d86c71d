package where

import (
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/secrets"
)

// found is one thing in a document, before it is judged.
type found struct {
	source, location string
	line             int // 0 where there are no lines
	setting          string
	kind             result.PlaceKind
	// value is a secret, or what stands where one belongs.
	value secrets.Value
	// keyID is what the text itself names.
	keyID string
	// beside says that the application's client ID is near, other that the
	// nearest client ID is another application's.
	beside, other bool
	// lines is how far the client ID stands away.
	lines  int
	target string
	// proof is what a sign-in with the value said, empty where none was made.
	proof result.CredentialStatus
}

// finder looks for one application in documents. It is safe for concurrent use.
type finder struct {
	app App
	// ids are the credentials by what a text may name them by: key IDs and
	// thumbprints, in lower case.
	ids map[string]string
}

func newFinder(app App) *finder {
	f := &finder{app: app, ids: map[string]string{}}
	for _, c := range app.Listed {
		if c.KeyID == nil {
			continue
		}
		f.ids[lower(*c.KeyID)] = *c.KeyID
		if c.Kind == "certificate" && c.Hint != nil && thumbprint().MatchString(*c.Hint) {
			f.ids[lower(*c.Hint)] = *c.KeyID
		}
	}
	return f
}

var thumbprint = lazyregexp.New(`^[0-9A-Fa-f]{40}$`)

// document returns what is in a document.
func (f *finder) document(source string, d document) []found {
	t := &text{document: d, source: source, low: lower(d.Text)}
	var list []found
	if strings.Contains(t.low, "secret") && manifest().MatchString(d.Text) {
		d.Text = decodeManifest(d.Text)
		t.document, t.low = d, lower(d.Text)
	}
	if !f.worthwhile(t) {
		return nil
	}
	t.clientIDs(f.app.ID)
	list = append(list, f.values(t)...)
	for _, named := range f.named(t) {
		// The ID of a secret in the place of its value is told with the place.
		if !slices.ContainsFunc(list, func(x found) bool { return x.line == named.line && lower(x.value.Reveal()) == lower(named.keyID) }) {
			list = append(list, named)
		}
	}
	list = append(list, f.certificates(t)...)
	list = append(list, f.hidden(t)...)
	if len(list) == 0 && len(t.ours) > 0 {
		list = append(list, t.at(t.ours[0], found{kind: result.PlaceClientID}))
	}
	return list
}

// worthwhile reports whether anything in a text may be a place; most are passed at
// the cost of these looks.
func (f *finder) worthwhile(t *text) bool {
	if len(t.Certificates) > 0 || strings.Contains(t.low, f.app.ID) || strings.Contains(t.low, "q~") || strings.Contains(t.low, "begin certificate") {
		return true
	}
	for id := range f.ids {
		if slices.ContainsFunc(idForms(id), func(form string) bool { return strings.Contains(t.low, form) }) {
			return true
		}
	}
	v := f.app.Configured.Reveal()
	return len(v) >= shortestValue && strings.Contains(t.Text, v)
}
