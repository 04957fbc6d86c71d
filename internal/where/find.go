package where

import (
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/secrets"
)

// found is one find in a document, before it is judged.
type found struct {
	source, location string
	line             int // 0 if there are no lines
	setting          string
	kind             result.PlaceKind
	// value is a secret, or the text in its place.
	value secrets.Value
	// keyID is set if the text names the credential.
	keyID string
	// beside means that the application's client ID is near, other that the nearest
	// client ID is another application's.
	beside, other bool
	// lines is the distance to the client ID.
	lines  int
	target string
	// proof is the result of a sign-in with the value. It is empty if there was none.
	proof result.CredentialStatus
}

// finder looks for one application in documents. It is safe for concurrent use.
type finder struct {
	app App
	// ids maps key IDs and thumbprints, in lower case, to the key IDs.
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

// document returns the finds in a document.
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
		// The ID of a secret in place of its value is reported with the value.
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

// worthwhile reports whether a text may contain a place. Most texts do not, and need no
// further search.
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
