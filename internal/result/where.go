package result

import (
	"iter"

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

// PlaceStatus is the status of the credential in a place.
type PlaceStatus string

// Statuses of a credential in a place, besides those of listed credentials. Superseded
// means that a later secret exists. Damaged means that the value differs from the one
// that was created. Unlisted means that no listed credential has the same first
// characters. Refused means that Entra rejects it.
const (
	PlaceSuperseded PlaceStatus = "superseded"
	PlaceDamaged    PlaceStatus = "damaged"
	PlaceUnlisted   PlaceStatus = "unlisted"
	PlaceRefused    PlaceStatus = "refused"
	PlaceUnknown    PlaceStatus = "unknown"
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
	KeyID     *string      `json:"keyId"`
	Certainty Certainty    `json:"certainty" jsonschema:"enum=proven,enum=likely,enum=possible"`
	Status    *PlaceStatus `json:"status" jsonschema:"enum=valid,enum=expiring,enum=expired,enum=notYetValid,enum=neverExpires,enum=superseded,enum=damaged,enum=unlisted,enum=refused,enum=unknown"`
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

// Kind returns the kind of spcheck where.
func (*Where) Kind() Kind { return "where" }

// Settle sets the status and exit code: critical if a place has a secret that no longer
// works, warning if its secret expires soon or has a successor, unknown if nothing was
// found.
func (w *Where) Settle() {
	w.Status, w.ExitCode = OK, 0
	if len(w.Places) == 0 || len(w.Unreadable) > 0 && w.whole() {
		w.Status, w.ExitCode = Unknown, 3
	}
	for _, p := range w.Places {
		switch toneOfPlace(p) {
		case Bad:
			w.Status, w.ExitCode = Critical, 2
			return
		case Attention:
			w.Status, w.ExitCode = Warning, 1
		}
	}
}

// whole reports whether an entire source could not be searched.
func (w *Where) whole() bool {
	for _, u := range w.Unreadable {
		if u.Location == "" {
			return true
		}
	}
	return false
}

// toneOfPlace judges a place by the value in it. A place that only names a credential
// does no harm.
func toneOfPlace(p Place) Tone {
	if p.Status == nil || p.Kind != PlacePassword && p.Kind != PlaceCertificate {
		return plain
	}
	switch *p.Status {
	case PlaceStatus(Expired), PlaceDamaged, PlaceRefused:
		return Bad
	case PlaceStatus(Expiring), PlaceSuperseded, PlaceUnlisted:
		return Attention
	case PlaceStatus(Valid), PlaceStatus(NeverExpires):
		return Good
	}
	return Unsure
}

// Document shows a table of the places, then what could not be searched.
func (w *Where) Document(View) (*Document, error) {
	d := newDocument(&w.Header, msg.New("Places of an application's credentials"))
	name := msg.Literal(neutral.Bound(named(w.DisplayName, w.AppID), nameLimit))
	if name.IsZero() {
		name = msg.New("The application")
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
	d.add(Part{ID: "evidence", Title: msg.New("How each one was recognised"), Brief: Hidden, Items: w.evidence()})
	d.add(Part{ID: "unreadable", Title: msg.New("Not searched"), Items: w.unread()})
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
			{Text: p.place()}, {Text: msg.Literal(neutral.Bound(OrEmpty(p.Setting), nameLimit))}, {Text: p.Kind.Text()},
			status, {Text: p.Certainty.Text()}, number, {Text: literal(p.KeyID)},
		})
	}
	return t.fill()
}

// place returns the location and its line number.
func (p Place) place() msg.Text {
	where := msg.Literal(neutral.Bound(p.Location, 400))
	if p.Location == "" {
		where = msg.Literal(p.Source)
	}
	if p.Line != nil {
		return msg.New("%s:%d", where, *p.Line)
	}
	return where
}

// Text says what the place contains.
func (k PlaceKind) Text() msg.Text {
	switch k {
	case PlacePassword:
		return msg.New("secret")
	case PlaceCertificate:
		return msg.New("certificate")
	case PlaceKeyID:
		return msg.New("ID of a credential")
	case PlaceClientID:
		return msg.New("client ID")
	case PlaceName:
		return msg.New("a name only")
	}
	return msg.Literal(string(k))
}

// Text returns the status in words.
func (s PlaceStatus) Text() msg.Text {
	switch s {
	case PlaceSuperseded:
		return msg.New("superseded")
	case PlaceDamaged:
		return msg.New("damaged")
	case PlaceUnlisted:
		return msg.New("not listed")
	case PlaceRefused:
		return msg.New("refused")
	case PlaceUnknown:
		return msg.New("unknown")
	}
	return CredentialStatus(s).Text()
}

func (w *Where) evidence() []Item {
	var items []Item
	for _, p := range w.Places {
		for _, e := range p.Evidence {
			items = append(items, Item{Text: msg.New("%s: %s", p.place(), e)})
		}
	}
	return items
}

func (w *Where) unread() []Item {
	var items []Item
	for _, u := range w.Unreadable {
		where := u.Location
		if where == "" {
			where = u.Source
		}
		items = append(items, Item{Text: msg.New("%s: %s", msg.Literal(neutral.Bound(where, 400)), u.Error)})
	}
	return items
}

// Columns are the columns of a table of places.
func (*Where) Columns() []string {
	return []string{"source", "location", "line", "setting", "clientId", "kind", "keyId", "certainty", "status", "target", "value"}
}

// Lines returns one line per place.
func (w *Where) Lines() iter.Seq2[[]any, error] {
	var lines [][]any
	for _, p := range w.Places {
		lines = append(lines, []any{p.Source, p.Location, p.Line, p.Setting, p.ClientID, string(p.Kind), p.KeyID, string(p.Certainty), (*string)(p.Status), p.Target, p.Value})
	}
	return inMemory(lines)
}
