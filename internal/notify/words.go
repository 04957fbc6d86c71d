package notify

import (
	"cmp"

	"github.com/spcheck/spcheck/internal/commandline"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
)

// say returns a line in the given language that is safe in every service.
func say(lang string, t msg.Text) string { return clean(t.In(lang)) }

// subject says what is new and how serious all findings are.
func (n *News) subject() (msg.Text, error) {
	headline, err := n.scan.Headline()
	if err != nil {
		return headline, err
	}
	what := msg.New("%d new findings", n.count)
	switch {
	case n.count == 0 && len(n.unread) > 0:
		what = msg.New("%d tenants can no longer be read completely", len(n.unread))
	case n.count == 0:
		what = msg.New("credentials changed")
	case n.critical > 0:
		what = msg.New("%s, %d of them critical", what, n.critical)
	}
	return msg.New("spcheck: %s (%s)", what, headline), nil
}

// message returns the news for everyone, with a maximum number of findings.
func (n *News) message(lang string, lines int) (*Message, error) {
	subject, err := n.subject()
	if err != nil {
		return nil, err
	}
	list := n.nearest.Sorted()
	m := &Message{Subject: say(lang, subject), Intro: n.intro(lang), Next: next(list), Facts: n.facts()}
	m.Groups = n.groups(list[:min(len(list), lines)], n.byRule, lang)
	m.Groups = append(m.Groups, n.changeGroups(lang, lines)...)
	return m, nil
}

func (n *News) intro(lang string) []string {
	var all []string
	if n.first {
		all = append(all, say(lang, msg.New("This is the first scan: there is no earlier one to compare with, so everything is new.")))
	}
	if c := n.scan.Changes; c != nil {
		all = append(all, say(lang, msg.New("Compared with the scan of %s: %d credentials are new, %d renewed, %d removed.",
			c.Since, n.changes["new"], n.changes["renewed"], n.changes["gone"])))
	}
	for _, t := range n.unread {
		all = append(all, say(lang, msg.New("The tenant %s can no longer be read completely: %s", t.Tenant, t.Error)))
		if len(all) > chatLines {
			break
		}
	}
	return all
}

// groups returns the findings by rule, with the remedy for each rule.
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
			all = append(all, Group{Title: say(lang, msg.New("%s (%d)", title, counts[f.Rule])), More: say(lang, rule.Remedy)})
		}
		about, more := n.scan.Describe(f)
		all[i].Lines = append(all[i].Lines, say(lang, msg.Join(append([]msg.Text{about}, more...), ". ")))
	}
	for rule, i := range at {
		if left := counts[rule] - len(all[i].Lines); left > 0 {
			all[i].Lines = append(all[i].Lines, say(lang, msg.New("… and %d more, which the report lists", left)))
		}
	}
	return all
}

// changeGroups lists removed credentials. Added ones are findings.
func (n *News) changeGroups(lang string, lines int) []Group {
	g := Group{Title: say(lang, msg.New("Credentials that were removed (%d)", n.changes["gone"]))}
	for _, c := range n.listed {
		if c.Change == "gone" && len(g.Lines) < lines {
			g.Lines = append(g.Lines, say(lang, msg.New("%s: key ID %s", c.Item.Name(), c.Item.KeyID)))
		}
	}
	if len(g.Lines) == 0 {
		return nil
	}
	return []Group{g}
}

// next returns a command for the most urgent finding.
func next(list []*result.Finding) []string {
	for _, f := range list {
		id := cmp.Or(result.OrEmpty(f.AppID), f.ObjectID)
		command, ok := commandline.Join(commandline.Here(), "spcheck", "list-secrets", "--sp", id, "--tenant", f.Tenant)
		if ok {
			return []string{clean(command)}
		}
	}
	return nil
}

// facts returns the news for programs.
func (n *News) facts() any {
	list := n.nearest.Sorted()
	if list == nil {
		list = []*result.Finding{}
	}
	return map[string]any{
		"generatedAt": n.scan.GeneratedAt, "status": n.scan.Status, "first": n.first, "newFindings": n.count, "critical": n.critical,
		"findings": list, "new": n.changes["new"], "renewed": n.changes["renewed"], "gone": n.changes["gone"],
		"unreadable": len(n.unread), "totals": n.scan.Totals,
	}
}
