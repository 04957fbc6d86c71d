package report

import (
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
)

func (p *page) documentRenewal(d *document, r *result.Renewal) {
	p.head(d, &r.Header, msg.New("Renewal of a client secret"))
	d.Title = p.subject(r.ServicePrincipal, r.Application)
	d.Headline, d.Remark = d.Title, p.say(outcomeText(r.Outcome))
	var steps []result.Check
	for _, s := range r.Steps {
		steps = append(steps, result.Check{ID: "step-" + s.ID, Title: s.Title, Status: s.Status, Summary: s.Summary})
	}
	d.add(part{ID: "steps", Title: p.say(msg.New("Steps")), Checks: p.checkLines(steps)})
	d.add(part{ID: "preflight", Title: p.say(msg.New("Preflight")), Checks: p.checkLines(r.Checks)})
	d.add(part{ID: "new", Title: p.say(msg.New("New secret")), Facts: p.facts(p.newSecretRows(r))})
	d.add(part{ID: "next", Title: p.say(msg.New("What to do")), Steps: p.remedySteps(r.NextSteps)})
	p.credentialTable(d, "removed", msg.New("Removed again, since nobody has the value"), r.Removed)
	p.credentialTable(d, "remaining", msg.New("What is valid beside it"), r.Remaining)
	if r.Journal != nil {
		d.add(part{ID: "unfinished", Title: p.say(msg.New("Unfinished")), Paragraphs: []string{p.say(r.Journal.Summary)}})
	}
	d.add(part{ID: "notes", Title: p.say(msg.New("Notes")), Bullets: p.noteBullets(r.Notes)})
}

func (p *page) documentRemoval(d *document, r *result.Removal) {
	p.head(d, &r.Header, msg.New("Removal of client secrets"))
	d.Title = p.subject(r.ServicePrincipal, r.Application)
	d.Headline, d.Remark = d.Title, p.say(removedText(r.Secrets))
	var items []item
	for _, s := range r.Secrets {
		_, outcome := removalOutcome(s.Outcome)
		b := item{Text: p.say(credentialTitle(s.Credential)) + ": " + p.say(outcome)}
		for _, reason := range s.Reasons {
			b.Detail += p.say(reason) + " "
		}
		items = append(items, b)
	}
	d.add(part{ID: "secrets", Title: p.say(msg.New("Secrets")), Bullets: items})
	p.credentialTable(d, "remaining", msg.New("What is left"), r.Remaining)
	d.add(part{ID: "notes", Title: p.say(msg.New("Notes")), Bullets: p.noteBullets(r.Notes)})
}

func (p *page) credentialTable(d *document, id string, title msg.Text, list []result.Credential) {
	if len(list) > 0 {
		d.add(part{ID: id, Title: p.say(title), Table: p.credentialGrid(ordered(list))})
	}
}
