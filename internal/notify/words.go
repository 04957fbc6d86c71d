package notify

import (
	"github.com/spcheck/spcheck/internal/commandline"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
)

// subject says in a line what is new, and how bad it is in all.
func (n *News) subject() (msg.Text, error) {
	headline, err := n.scan.Headline()
	if err != nil {
		return headline, err
	}
	new := msg.New("%d new findings", n.Count)
	switch {
	case n.Count == 0 && len(n.unread) > 0:
		new = msg.New("%d tenants can no longer be read completely", len(n.unread))
	case n.Count == 0:
		new = msg.New("credentials changed")
	case n.Critical > 0:
		new = msg.New("%s, %d of them critical", new, n.Critical)
	}
	return msg.New("spcheck: %s (%s)", new, headline), nil
}

// message is the news for everybody, with a number of findings at most.
func (n *News) message(lang string, lines int) (*Message, error) {
	subject, err := n.subject()
	if err != nil {
		return nil, err
	}
	m := &Message{Subject: clean(subject.In(lang)), Facts: n.facts()}
	for _, t := range n.intro() {
		m.Intro = append(m.Intro, clean(t.In(lang)))
	}
	list := n.nearest.Sorted()
	m.Groups = n.groups(list[:min(len(list), lines)], n.byRule, lang)
	m.Groups = append(m.Groups, n.changeGroups(lang, lines)...)
	m.Next = next(list, lang)
	return m, nil
}

func (n *News) intro() []msg.Text {
	var all []msg.Text
	if n.First {
		all = append(all, msg.New("This is the first scan: there is no earlier one to compare with, so everything is new."))
	}
	if c := n.scan.Changes; c != nil {
		all = append(all, msg.New("Compared with the scan of %s: %d credentials are new, %d renewed, %d removed.", c.Since, n.changes["new"], n.changes["renewed"], n.changes["gone"]))
	}
	for _, t := range n.unread {
		all = append(all, msg.New("The tenant %s can no longer be read completely: %s", t.Tenant, t.Error))
		if len(all) > chatLines {
			break
		}
	}
	return all
}

// groups are findings under what they have in common, with what to do about it.
func (n *News) groups(list []*result.Finding, counts map[string]int, lang string) []Group {
	var all []Group
	at := map[string]int{}
	for _, f := range list {
		i, known := at[f.Rule]
		if !known {
			i = len(all)
			at[f.Rule] = i
			rule := n.scan.Rules[f.Rule]
			title := rule.Title
			if title.IsZero() {
				title = msg.Literal(f.Rule)
			}
			all = append(all, Group{Title: clean(msg.New("%s (%d)", title, counts[f.Rule]).In(lang)), More: clean(rule.Remedy.In(lang))})
		}
		all[i].Lines = append(all[i].Lines, n.line(f, lang))
	}
	for rule, i := range at {
		if left := counts[rule] - len(all[i].Lines); left > 0 {
			all[i].Lines = append(all[i].Lines, clean(msg.New("… and %d more, which the report lists", left).In(lang)))
		}
	}
	return all
}

func (n *News) line(f *result.Finding, lang string) string {
	about, more := n.scan.Tell(f)
	return clean(msg.Join(append([]msg.Text{about}, more...), ". ").In(lang))
}

// changeGroups list what is gone; what is new is a finding.
func (n *News) changeGroups(lang string, lines int) []Group {
	g := Group{Title: clean(msg.New("Credentials that were removed (%d)", n.changes["gone"]).In(lang))}
	for i := range n.listed {
		c := &n.listed[i]
		if c.Change == "gone" && len(g.Lines) < lines {
			g.Lines = append(g.Lines, clean(msg.New("%s: key ID %s", c.Called(), c.Item.KeyID).In(lang)))
		}
	}
	if len(g.Lines) == 0 {
		return nil
	}
	return []Group{g}
}

// next is what to type for the most urgent finding.
func next(list []*result.Finding, lang string) []string {
	for _, f := range list {
		id := f.ObjectID
		if f.AppID != nil {
			id = *f.AppID
		}
		command, ok := commandline.Join(commandline.Here(), "spcheck", "list-secrets", "--sp", id, "--tenant", f.Tenant)
		if ok {
			return []string{clean(command)}
		}
	}
	return nil
}

// facts are the news for programs.
func (n *News) facts() any {
	list := n.nearest.Sorted()
	if list == nil {
		list = []*result.Finding{}
	}
	return map[string]any{
		"generatedAt": n.scan.GeneratedAt, "status": n.scan.Status, "first": n.First, "newFindings": n.Count, "critical": n.Critical,
		"findings": list, "new": n.changes["new"], "renewed": n.changes["renewed"], "gone": n.changes["gone"],
		"unreadable": len(n.unread), "totals": n.scan.Totals,
	}
}
