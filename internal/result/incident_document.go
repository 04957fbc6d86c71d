package result

import (
	"slices"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/neutral"
)

// Document shows each history in chronological order, then what could not be read.
func (n *Incident) Document(v View) (*Document, error) {
	d := newDocument(&n.Header, msg.New("History of a credential"))
	d.Title = msg.Literal(neutral.Bound(n.Asked, nameLimit))
	d.Headline = n.headline()
	if d.Tone == OK { // a history is not a verdict
		d.Tone = noted
	}
	one := n.application()
	if one != "" {
		d.Lead = append(d.Lead, msg.New("%s %s", msg.New("application ID"), neutral.Bound(one, nameLimit)))
	}
	for i := range n.Histories {
		d.add(n.Histories[i].part(v, one == "", n.source("auditLog"), n.source("signInLog")))
	}
	var unnamed []Fact
	for _, g := range n.Unnamed {
		unnamed = append(unnamed, Fact{toSecond(g.First), g.text()})
	}
	d.add(Part{ID: "unnamed", Title: msg.New("Sign-ins for which the log does not name the credential"), Facts: limited(unnamed, v, moreFacts)})
	d.notes(n.Notes, false)
	var sources []Item
	statuses := map[string]CheckStatus{"whole": Pass, "partial": CheckUnknown, "unreadable": CheckUnknown, "notAsked": Skipped}
	for _, s := range n.Sources {
		item := Item{Status: statuses[s.Status], Text: SourceText(s.Source), Detail: s.Meaning}
		sources = append(sources, item)
	}
	d.add(Part{ID: "sources", Title: msg.New("What was read"), Items: sources})
	return d, nil
}

func moreFacts(n int) Fact {
	return Fact{msg.Literal("…"), msg.New("%d more; -v and -o json show all of them", n)}
}

func (n *Incident) headline() msg.Text {
	switch {
	case n.Error != nil:
		return msg.New("The history could not be read")
	case len(n.Histories) == 0 && n.Status == OK:
		return msg.New("%s: it has no credentials, and none were added or removed", neutral.Bound(n.name(), nameLimit))
	case len(n.Histories) == 0:
		return msg.New("%s: no credential was found, and not everything could be read", neutral.Bound(n.name(), nameLimit))
	case len(n.Histories) == 1:
		s := &n.Histories[0]
		return msg.New("%s: %s", s.title(), s.summary(n.source("signInLog")))
	}
	return msg.New("%s: history of %d credentials", neutral.Bound(n.name(), nameLimit), len(n.Histories))
}

func (n *Incident) name() string {
	for _, o := range n.Objects {
		if name := OrEmpty(o.DisplayName); name != "" {
			return name
		}
	}
	return n.Asked
}

// application returns the application ID that all histories share, or an empty string.
func (n *Incident) application() string {
	id := ""
	for i := range n.Histories {
		if appID := OrEmpty(n.Histories[i].AppID); i == 0 {
			id = appID
		} else if appID != id {
			return ""
		}
	}
	return id
}

func (n *Incident) source(name string) IncidentSource {
	if i := slices.IndexFunc(n.Sources, func(s IncidentSource) bool { return s.Source == name }); i >= 0 {
		return n.Sources[i]
	}
	return IncidentSource{Status: "notAsked"}
}

// title names a credential and the object that has or had it.
func (s *History) title() msg.Text {
	kind := msg.New("credential")
	if s.Kind != nil {
		kind = kindText(*s.Kind)
	}
	t := msg.New("%s %s", kind, s.KeyID)
	if name := OrEmpty(s.KeyName); name != "" {
		t = msg.New("%s \"%s\" (%s)", kind, neutral.Bound(name, nameLimit), s.KeyID)
	}
	on := neutral.Bound(named(s.DisplayName, s.AppID, s.ObjectID), nameLimit)
	switch {
	case s.ObjectKind != nil:
		return msg.New("%s on the %s %s", t, holderText(*s.ObjectKind), on)
	case on != "":
		return msg.New("%s of %s", t, on)
	}
	return t
}

// summary returns a history in one sentence.
func (s *History) summary(log IncidentSource) msg.Text {
	var parts []msg.Text
	switch {
	case s.Added != nil && s.Added.ActorType == "application":
		parts = append(parts, msg.New("added by an application"))
	case s.Added != nil:
		parts = append(parts, msg.New("added"))
	}
	addresses := map[string]bool{}
	for _, g := range s.SignIns {
		if g.ErrorCode == nil && g.IPAddress != nil {
			addresses[*g.IPAddress] = true
		}
	}
	switch {
	case len(addresses) > 0:
		parts = append(parts, msg.New("used from %d addresses", len(addresses)))
	case s.LastUse != nil:
		parts = append(parts, msg.New("used"))
	case log.Status == "whole":
		parts = append(parts, msg.New("no use in the sign-in log"))
	default:
		parts = append(parts, msg.New("use unknown"))
	}
	return msg.Join(append(parts, s.state()), ", ")
}

func (s *History) state() msg.Text {
	return map[string]msg.Text{"listed": msg.New("still exists"), "gone": msg.New("removed"), "unknown": msg.New("unknown whether it still exists")}[s.State]
}

// part shows one history.
func (s *History) part(v View, withAppID bool, audits, signIns IncidentSource) Part {
	x := Part{Title: s.title()}
	about := []msg.Text{s.state()}
	if s.StartDate != nil && s.EndDateTime != nil {
		about = append(about, msg.New("valid from %s to %s", *s.StartDate, *s.EndDateTime))
	}
	x.Text = append(x.Text, msg.Join(about, "; "))
	ids := []struct {
		label msg.Text
		value *string
	}{{msg.New("object ID"), s.ObjectID}, {msg.New("application ID"), s.AppID}, {msg.New("issuer"), s.Issuer}, {msg.New("subject"), s.Subject}}
	for i, id := range ids {
		if OrEmpty(id.value) != "" && (i != 1 || withAppID) {
			x.Text = append(x.Text, msg.New("%s %s", id.label, neutral.Bound(*id.value, nameLimit)))
		}
	}
	for _, r := range s.Reasons {
		x.Text = append(x.Text, r.Text)
	}
	for _, e := range s.Events {
		x.Facts = append(x.Facts, Fact{toSecond(e.DateTime), e.text()})
	}
	x.Facts = limited(x.Facts, v, moreFacts)
	x.Text = append(x.Text, s.gaps(audits, signIns)...)
	return x
}

// gaps lists what the history lacks, and why.
func (s *History) gaps(audits, signIns IncidentSource) []msg.Text {
	var list []msg.Text
	federated := OrEmpty(s.Kind) == "federated"
	if s.Added == nil && !federated {
		list = append(list, gap(audits, s.StartDate, msg.New("It is not known who added it"), msg.New("The audit log has no entry for its addition")))
	}
	if s.Removed == nil && s.State == "gone" {
		list = append(list, gap(audits, nil, msg.New("It is not known who removed it"), msg.New("The audit log has no entry for its removal")))
	}
	if s.Added == nil && federated {
		list = append(list, msg.New("It is not known who added it: spcheck cannot read how the audit log describes federated credentials."))
	}
	if s.FirstUse == nil && signIns.Status == "whole" && s.LastUse == nil {
		since := msg.New("an unknown time")
		if signIns.From != nil {
			since = msg.New("%s", *signIns.From)
		}
		list = append(list, msg.New("The sign-in log shows no sign-in with it since %s.", since))
	}
	return list
}

// gap says why there is no log entry: the log could not be read, the credential is older
// than the log, or the reason is not known.
func gap(audits IncidentSource, start *time.Time, unread, missing msg.Text) msg.Text {
	switch {
	case audits.Status != "whole":
		return msg.New("%s: the audit log could not be read completely.", unread)
	case start != nil && audits.From != nil && start.Before(*audits.From):
		return msg.New("%s: the credential is older than the audit log, which goes back to %s.", unread, *audits.From)
	case audits.From == nil:
		return msg.New("%s.", missing)
	}
	return msg.New("%s since %s.", missing, *audits.From)
}

// toSecond formats a time to the second, because much of an incident happens within a
// minute.
func toSecond(t time.Time) msg.Text { return msg.Literal(t.UTC().Format("2006-01-02 15:04:05 UTC")) }

func (e *HistoryEvent) text() msg.Text {
	switch {
	case e.Event == "added":
		return msg.New("added %s", e.By.doer())
	case e.Event == "removed":
		return msg.New("removed %s", e.By.doer())
	case e.Event == "expired":
		return msg.New("expired")
	case e.Event == "lastUsed":
		return msg.New("last sign-in with it")
	case e.SignIns != nil:
		return e.SignIns.text()
	}
	return msg.Literal(e.Event)
}

// text summarises the sign-ins from one address.
func (g *SignIns) text() msg.Text {
	from := msg.New("from an address that the log does not show")
	if g.IPAddress != nil {
		from = msg.New("from %s", neutral.Bound(*g.IPAddress, nameLimit))
	}
	t := msg.New("signed in %s", from)
	switch {
	case g.ErrorCode != nil && strings.Trim(*g.ErrorCode, "0123456789") != "":
		t = msg.New("tried %s; the log does not show whether it worked", from)
	case g.ErrorCode != nil:
		t = msg.New("refused %s: AADSTS%s", from, neutral.Bound(*g.ErrorCode, 20))
	}
	if len(g.Resources) > 0 {
		t = msg.New("%s, to %s", t, neutral.Bound(strings.Join(g.Resources, ", "), 300))
	}
	if g.Count > 1 {
		t = msg.New("%s; %d in all, the last at %s", t, g.Count, toSecond(g.Last))
	}
	return t
}
