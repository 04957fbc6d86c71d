package result

import (
	"cmp"
	"slices"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/neutral"
)

// nameLimit is the longest name shown, in characters. Entra allows 256 for the name of
// a password.
const nameLimit = 120

// Title names a credential by its name, kind and object, followed by its key ID.
func (c Credential) Title() msg.Text {
	title := kindOn(c.Kind, c.Purpose, c.StoredOn)
	if c.DisplayName != nil {
		title = msg.New("%s, %s", neutral.Bound(*c.DisplayName, nameLimit), title)
	}
	if c.KeyID != nil {
		title = msg.New("%s, %s", title, *c.KeyID)
	}
	return title
}

// Key identifies a credential, even if its key ID is missing.
func (c Credential) Key() string {
	if c.KeyID != nil {
		return c.StoredOn + "/" + *c.KeyID
	}
	return c.StoredOn + "/" + c.Kind + "/" + OrEmpty(c.DisplayName) + "/" + OrEmpty(c.Hint)
}

func (c Credential) configured() bool { return c.Configured != nil && *c.Configured }

// tone returns the tone of a credential. An expired one that is not in use is no alarm.
func (c Credential) tone() Status {
	switch {
	case c.Status == Expired && c.Configured != nil && !*c.Configured:
		return Over
	case c.Status == Valid, c.Status == NeverExpires:
		return OK
	case c.Status == Expiring:
		return Warning
	case c.Status == Expired:
		return Critical
	}
	return Unknown
}

// expiry returns the expiry date and the time until then.
func (c Credential) expiry(now time.Time) msg.Text {
	if c.EndDateTime == nil {
		return c.Status.Text()
	}
	return msg.New("%s (%s)", *c.EndDateTime, When(*c.EndDateTime, now))
}

// ordered sorts credentials for people: usable ones first, by expiry date, then those
// that are not yet valid, and last the expired ones, the most recent first.
func ordered(list []Credential) []Credential {
	list = slices.Clone(list)
	rank := map[CredentialStatus]int{Expiring: 1, Valid: 1, NeverExpires: 2, NotYetValid: 3, Expired: 4, "": 4}
	end := func(c Credential) time.Time {
		if c.EndDateTime == nil {
			return time.Unix(1<<60, 0) // the last
		}
		return *c.EndDateTime
	}
	slices.SortStableFunc(list, func(a, b Credential) int {
		byEnd := end(a).Compare(end(b))
		if a.Status == Expired {
			byEnd = -byEnd
		}
		return cmp.Or(cmp.Compare(rank[a.Status], rank[b.Status]), byEnd)
	})
	return list
}

// credentials adds a timeline and a table of credentials.
func (d *Document) credentials(title msg.Text, list []Credential, brief brief) {
	list = ordered(list)
	d.add(Part{ID: "timeline", Title: msg.New("Expiry dates"), Brief: Overview, Spans: spans(list, d.At)})
	d.add(Part{ID: "credentials", Title: title, Brief: brief, Table: credentialTable(list, d.At)})
}

func spans(list []Credential, now time.Time) []Span {
	var all []Span
	for _, c := range list {
		if c.EndDateTime == nil || c.Status == NeverExpires {
			continue
		}
		label := c.KindText()
		switch {
		case OrEmpty(c.DisplayName) != "":
			label = msg.New("%s · %s", neutral.Bound(*c.DisplayName, 32), label)
		case len(OrEmpty(c.KeyID)) > 8:
			label = msg.New("%s · %s", label, (*c.KeyID)[:8]+"…")
		}
		all = append(all, Span{Label: label, Detail: c.expiry(now), From: c.StartDateTime, To: *c.EndDateTime, Tone: c.tone()})
	}
	return all
}

func credentialTable(list []Credential, now time.Time) *Table {
	t := &Table{Columns: []Column{
		{}, {Title: msg.New("name"), Lead: true, Wraps: true}, {Title: msg.New("kind"), Lead: true},
		{Title: msg.New("status"), Lead: true, State: true}, {Title: msg.New("expires"), Lead: true}, {Title: msg.New("when"), Lead: true, Spare: 2},
		{Title: msg.New("valid from"), Spare: 4}, {Title: msg.New("last used"), Spare: 5}, {Title: msg.New("stored on"), Wraps: true},
		{Title: msg.New("hint"), Spare: 3, Code: true}, {Title: msg.New("key ID"), Code: true},
	}}
	for _, c := range list {
		t.Rows = append(t.Rows, credentialRow(c, now))
	}
	if slices.ContainsFunc(list, Credential.configured) {
		t.Caption = msg.New("▸ the configured one")
	}
	return t.fill()
}

func credentialRow(c Credential, now time.Time) []Cell {
	tone := Status("")
	if c.Status == Expired {
		tone = Over
	}
	mark, when := Cell{}, Cell{Tone: tone, Sort: sortTime(c.EndDateTime)}
	if c.configured() {
		mark = Cell{Text: msg.Literal("▸"), Marks: msg.New("the configured one")}
	}
	if c.EndDateTime != nil && c.Status != NeverExpires {
		when.Text = When(*c.EndDateTime, now)
	}
	return []Cell{
		mark, {Text: msg.Literal(neutral.Bound(OrEmpty(c.DisplayName), nameLimit)), Tone: tone}, {Text: shortKindFor(c.Kind, c.Purpose), Tone: tone},
		{Text: c.Status.Text(), Tone: c.tone()}, {Day: c.EndDateTime, Tone: tone}, when,
		{Day: c.StartDateTime, Tone: tone}, {Day: c.LastUsedDateTime, Tone: tone}, {Text: holderText(c.StoredOn), Tone: tone},
		hintCell(OrEmpty(c.Hint), tone), {Text: literal(c.KeyID), Tone: tone},
	}
}

// hintCell shortens a thumbprint for narrow tables.
func hintCell(hint string, tone Status) Cell {
	c := Cell{Text: msg.Literal(hint), Tone: tone}
	if len(neutral.Line(hint)) > 16 {
		c.Text, c.Full = msg.Literal(neutral.Bound(hint, 9)), c.Text
	}
	return c
}

// sortTime returns a key that sorts times as text. A missing time comes last.
func sortTime(t *time.Time) string {
	if t == nil {
		return "~"
	}
	return t.UTC().Format(time.RFC3339)
}

// tally counts the credentials for sign-in by state, and all others together.
type tally struct{ usable, expiring, expired, unknown, others int }

func count(list []Credential) tally {
	var n tally
	for _, c := range list {
		if !c.Purpose.SignsIn() {
			n.others++
			continue
		}
		switch c.Status {
		case Expiring:
			n.usable++
			n.expiring++
		case Valid, NeverExpires:
			n.usable++
		case Expired:
			n.expired++
		case NotYetValid:
		default:
			n.unknown++
		}
	}
	return n
}

// countText summarises credentials in a sentence.
func countText(list []Credential) msg.Text {
	n := count(list)
	switch {
	case len(list) == 0:
		return msg.New("no credentials")
	case n.others == len(list):
		return msg.New("%d credentials, none of them for signing in", n.others)
	case n.expiring > 0:
		return msg.New("%d usable (%d of them expiring soon), %d expired", n.usable, n.expiring, n.expired)
	}
	return msg.New("%d usable, %d expired", n.usable, n.expired)
}
