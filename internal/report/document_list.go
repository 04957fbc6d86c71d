package report

import (
	"strings"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/neutral"
	"github.com/spcheck/spcheck/internal/result"
)

func (p *page) documentList(d *document, l *result.SecretList) {
	p.head(d, &l.Header, msg.New("Credentials of a service principal"))
	d.Title = p.nameOf(l)
	d.Headline = d.Title
	if l.ServicePrincipal == nil && l.Application == nil {
		d.Headline = p.say(msg.New("The service principal could not be read"))
	} else if l.Error == nil {
		d.Lead = append(d.Lead, p.say(countText(l.Credentials)))
	}
	p.credentialParts(d, l.Credentials, &l.Header)
	d.add(part{ID: "notes", Title: p.say(msg.New("Notes")), Bullets: p.noteBullets(l.Notes)})
	if l.ServicePrincipal != nil {
		d.add(part{ID: "objects", Title: p.say(msg.New("Objects")), Facts: p.facts(p.identityRows(l))})
	}
}

// countText sums up credentials in a sentence.
func countText(list []result.Credential) msg.Text {
	n := count(list)
	return msg.New("Usable: %d, of which end soon: %d. Ended: %d.", n.usable, n.expiring, n.expired)
}

func (p *page) noteBullets(notes []msg.Text) []item {
	var bullets []item
	for _, n := range notes {
		bullets = append(bullets, item{Text: p.say(n)})
	}
	return bullets
}

func (p *page) documentExplanation(d *document, e *result.Explanation) {
	p.head(d, &e.Header, msg.New("Errors explained"))
	d.Status, d.StatusText = "", "" // an error that was found is neither healthy nor critical
	switch len(e.Matches) {
	case 0:
		d.Headline = p.say(msg.New("No Entra error was found in this text"))
	case 1:
		d.Headline = p.matchTitle(e.Matches[0])
	default:
		d.Headline = p.say(msg.New("%d errors were found in this text", len(e.Matches)))
	}
	d.Title = d.Headline
	for _, m := range e.Matches {
		p.matchParts(d, m)
	}
}

// matchParts shows one match: its meaning, then its causes and what stands in
// the text.
func (p *page) matchParts(d *document, m result.Match) {
	title := p.matchTitle(m) + " (" + p.say(msg.New("line %d", m.Line)) + ")"
	x := part{Title: title, Paragraphs: p.meaningLines(m)}
	if m.FoundBy == "wording" {
		x.Paragraphs = append(x.Paragraphs, p.say(msg.New("The text holds no code; its wording identifies the error.")))
	}
	if m.Excerpt != "" {
		x.Quote = p.typography(neutral.Bound(m.Excerpt, excerptLimit))
	}
	d.add(x)
	causes := part{Level: 3, Title: p.say(msg.New("Possible causes, the likeliest first"))}
	for _, c := range m.Causes {
		causes.Steps = append(causes.Steps, step{Title: strings.TrimSpace(p.say(c.Summary) + " " + p.say(c.Remedy))})
	}
	d.add(causes)
	d.add(part{Level: 3, Title: p.say(msg.New("What stands in the text")), Facts: p.facts(p.matchRows(m))})
	d.add(part{Level: 3, Title: p.say(msg.New("Notes")), Bullets: p.noteBullets(m.Notes)})
}

// meaningLines explains the decisive code, then the others of a nest.
func (p *page) meaningLines(m result.Match) []string {
	var first, others []string
	for _, c := range m.Codes {
		switch {
		case m.Decisive == nil || c.Code != *m.Decisive:
			others = append(others, p.nested(c))
		case !c.Meaning.IsZero():
			first = append(first, p.say(c.Meaning))
		}
	}
	return append(first, others...)
}
