package result

import (
	"cmp"
	"iter"
	"slices"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/neutral"
)

// Where is the report of spcheck where.
type Where struct {
	Header
	AppID       *string      `json:"appId"`
	DisplayName *string      `json:"displayName"`
	Places      []Place      `json:"places"`
	Searched    Searched     `json:"searched"`
	Unreadable  []Unreadable `json:"unreadable"`
	// Remedies are commands that renew the secret in the places that renew-secret can
	// write to.
	Remedies []Remedy   `json:"remedies"`
	Notes    []msg.Text `json:"notes,omitempty"`
}

// PlaceKind is what a place contains.
type PlaceKind string

// The kinds of place: the value of a client secret, a certificate, the ID or thumbprint
// of a credential, only the client ID, or a name whose value cannot be read there.
const (
	PlacePassword    PlaceKind = "password"
	PlaceCertificate PlaceKind = "certificate"
	PlaceKeyID       PlaceKind = "keyId"
	PlaceClientID    PlaceKind = "clientId"
	PlaceName        PlaceKind = "name"
)

// Statuses of a credential in a place, besides those of listed credentials. Superseded
// means that a later secret exists. Damaged means that the value differs from the one
// that was created. Unlisted means that no listed credential has the same first
// characters. Refused means that Entra rejects it.
const (
	PlaceSuperseded CredentialStatus = "superseded"
	PlaceDamaged    CredentialStatus = "damaged"
	PlaceUnlisted   CredentialStatus = "unlisted"
	PlaceRefused    CredentialStatus = "refused"
	PlaceUnknown    CredentialStatus = "unknown"
)

// Place is one place that contains or names a credential of the application.
type Place struct {
	Source   string `json:"source"`   // as named in --in
	Location string `json:"location"` // a path, or an address within the source
	Line     *int   `json:"line"`     // from 1; null if the place has no lines
	// Setting is the name of the value in the place, null if it has none.
	Setting  *string   `json:"setting"`
	ClientID *string   `json:"clientId"` // the application's ID, if it is next to the value
	Kind     PlaceKind `json:"kind" jsonschema:"enum=password,enum=certificate,enum=keyId,enum=clientId,enum=name"`
	// KeyID is the listed credential, null if it is not known.
	KeyID     *string           `json:"keyId"`
	Certainty Certainty         `json:"certainty" jsonschema:"enum=proven,enum=likely,enum=possible"`
	Status    *CredentialStatus `json:"status" jsonschema:"enum=valid,enum=expiring,enum=expired,enum=notYetValid,enum=neverExpires,enum=superseded,enum=damaged,enum=unlisted,enum=refused,enum=unknown"`
	// Target is the place in the form of renew-secret --to, null if renew-secret cannot
	// write there.
	Target *string `json:"target"`
	// Value is a number that is the same for equal values; null if the place has no
	// value.
	Value *int `json:"value"`
	// Evidence says how the place was recognised.
	Evidence []msg.Text `json:"evidence"`
}

// Searched counts what was searched and what was not.
type Searched struct {
	Documents      int `json:"documents"`      // files and other texts
	Places         int `json:"places"`         // places found
	Binary         int `json:"binary"`         // binary files
	IgnoredFolders int `json:"ignoredFolders"` // excluded by .gitignore
	Unreadable     int `json:"unreadable"`
}

// Add adds the counts of o.
func (s *Searched) Add(o Searched) {
	s.Documents += o.Documents
	s.Binary += o.Binary
	s.IgnoredFolders += o.IgnoredFolders
	s.Unreadable += o.Unreadable
}

// Unreadable is what could not be searched.
type Unreadable struct {
	Source   string   `json:"source"`
	Location string   `json:"location"` // empty if the whole source is unreadable
	Error    msg.Text `json:"error"`
}

// Settle sets the status and exit code: critical if a place has a secret that no longer
// works, warning if its secret expires soon or has a successor, unknown if nothing was
// found.
func (w *Where) Settle() {
	w.Status, w.ExitCode = OK, 0
	sourceUnread := slices.ContainsFunc(w.Unreadable, func(u Unreadable) bool { return u.Location == "" })
	if len(w.Places) == 0 || sourceUnread {
		w.Status, w.ExitCode = Unknown, 3
	}
	for _, p := range w.Places {
		switch toneOfPlace(p) {
		case Critical:
			w.Status, w.ExitCode = Critical, 2
			return
		case Warning:
			w.Status, w.ExitCode = Warning, 1
		}
	}
}

// toneOfPlace judges a place by the value in it. A place that only names a credential
// does no harm.
func toneOfPlace(p Place) Status {
	if p.Status == nil || p.Kind != PlacePassword && p.Kind != PlaceCertificate {
		return ""
	}
	switch *p.Status {
	case Expired, PlaceDamaged, PlaceRefused:
		return Critical
	case Expiring, PlaceSuperseded, PlaceUnlisted:
		return Warning
	case Valid, NeverExpires:
		return OK
	}
	return Unknown
}

// Document shows a table of the places, then what could not be searched.
func (w *Where) Document(View) (*Document, error) {
	d := newDocument(&w.Header, msg.New("Places of an application's credentials"))
	name := msg.Literal(neutral.Bound(named(w.DisplayName, w.AppID), nameLimit))
	if name.IsZero() {
		name = msg.New("The application")
	}
	var evidence, unread []Item
	for _, p := range w.Places {
		for _, e := range p.Evidence {
			evidence = append(evidence, Item{Text: msg.New("%s: %s", p.place(), e)})
		}
	}
	for _, u := range w.Unreadable {
		where := neutral.Bound(cmp.Or(u.Location, u.Source), 400)
		unread = append(unread, Item{Text: msg.New("%s: %s", msg.Literal(where), u.Error)})
	}
	d.Title = name
	switch n := len(w.Places); {
	case w.Error != nil:
		d.Headline = msg.New("Nothing was searched")
	case n == 0:
		d.Headline = msg.New("%s: no place was found that contains or names a credential", name)
		d.Lead = append(d.Lead, msg.New("Name more folders, or other sources with --in: the environment of the product, Kubernetes, Key Vault, App Service."))
	case n == 1:
		d.Headline = msg.New("%s: one place was found", name)
	default:
		d.Headline = msg.New("%s: %d places were found", name, n)
	}
	d.add(Part{ID: "places", Title: msg.New("Places"), Table: w.table()})
	d.add(Part{ID: "renew", Title: msg.New("How to renew"), Steps: w.Remedies})
	d.add(Part{ID: "evidence", Title: msg.New("How each one was recognised"), Brief: Hidden, Items: evidence})
	d.add(Part{ID: "unreadable", Title: msg.New("Not searched"), Items: unread})
	d.notes(w.Notes, false)
	d.add(Part{ID: "searched", Title: msg.New("Searched"), Brief: Hidden, Facts: []Fact{
		{msg.New("Text files"), msg.New("%d", w.Searched.Documents)}, {msg.New("Other files"), msg.New("%d", w.Searched.Binary)},
		{msg.New("Folders that .gitignore excludes"), msg.New("%d", w.Searched.IgnoredFolders)}, {msg.New("Not readable"), msg.New("%d", w.Searched.Unreadable)},
	}})
	return d, nil
}

func (w *Where) table() *Table {
	t := &Table{Columns: []Column{
		{Title: msg.New("place"), Lead: true, Wraps: true}, {Title: msg.New("setting"), Wraps: true}, {Title: msg.New("contains"), Lead: true},
		{Title: msg.New("status"), State: true}, {Title: msg.New("certainty")}, {Title: msg.New("same value"), Spare: 2, Right: true},
		{Title: msg.New("key ID"), Spare: 1, Code: true},
	}}
	for _, p := range w.Places {
		status := Cell{Tone: toneOfPlace(p)}
		if p.Status != nil {
			status.Text = p.Status.Text()
		}
		number := Cell{}
		if p.Value != nil {
			number.Text = msg.New("%d", *p.Value)
		}
		t.Rows = append(t.Rows, []Cell{
			{Text: p.place()}, {Text: msg.Literal(neutral.Bound(OrEmpty(p.Setting), nameLimit))}, {Text: textOf(placeTexts, p.Kind)},
			status, {Text: p.Certainty.Text()}, number, {Text: literal(p.KeyID)},
		})
	}
	return t.fill()
}

// place returns the location and its line number.
func (p Place) place() msg.Text {
	where := msg.Literal(cmp.Or(neutral.Bound(p.Location, 400), p.Source))
	if p.Line != nil {
		return msg.New("%s:%d", where, *p.Line)
	}
	return where
}

// Rows returns one row per place.
func (w *Where) Rows() ([]string, iter.Seq2[[]any, error]) {
	var rows [][]any
	for _, p := range w.Places {
		rows = append(rows, []any{p.Source, p.Location, p.Line, p.Setting, p.ClientID, p.Kind, p.KeyID, p.Certainty, p.Status, p.Target, p.Value})
	}
	return []string{"source", "location", "line", "setting", "clientId", "kind", "keyId", "certainty", "status", "target", "value"}, inMemory(rows)
}
