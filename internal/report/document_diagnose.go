package report

import (
	"strings"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/neutral"
	"github.com/spcheck/spcheck/internal/result"
)

func (p *page) documentDiagnosis(d *document, r *result.Diagnosis) {
	p.head(d, &r.Header, msg.New("Diagnosis"))
	d.Title = p.optional(r.Target.ClientID)
	d.Headline = p.say(healthText(r))
	if c := r.RootCause; c != nil {
		d.Headline, d.Remark = p.say(c.Summary), p.say(certaintyText(c.Certainty))
		if !c.Explanation.IsZero() {
			d.Lead = append(d.Lead, p.say(c.Explanation))
		}
		d.add(part{ID: "remedies", Title: p.say(msg.New("What to do")), Steps: p.remedySteps(c.Remedies)})
		d.add(part{ID: "evidence", Title: p.say(msg.New("How we know")), Bullets: p.evidenceBullets(c.Evidence)})
	}
	d.add(part{ID: "alternatives", Title: p.say(msg.New("Also possible")), Bullets: p.alternativeBullets(r.Alternatives)})
	p.credentialParts(d, r.Credentials, &r.Header)
	d.add(part{ID: "checks", Title: p.say(msg.New("Checks")), Checks: p.checkLines(r.Checks)})
	d.add(part{ID: "target", Title: p.say(msg.New("Diagnosed")), Facts: p.facts(p.targetRows(r, true))})
	d.add(part{ID: "support", Title: p.say(msg.New("For a support case")), Facts: p.facts(p.supportRows(r.RootCause))})
}

func (p *page) remedySteps(list []result.Remedy) []step {
	var steps []step
	for _, r := range list {
		steps = append(steps, step{Title: p.say(r.Title), Commands: mergeShells(r.Commands), Link: p.link(r.Link)})
	}
	return steps
}

// mergeShells lists each command once, with the shells that take it: a document
// is read elsewhere than where it was made.
func mergeShells(list []result.Command) []shellCommand {
	var merged []shellCommand
	for _, c := range list {
		name, language := shellName(c.Shell)
		known := false
		for i := range merged {
			if merged[i].Command == neutral.Block(c.Command) {
				merged[i].Shells += ", " + name
				known = true
			}
		}
		if !known {
			merged = append(merged, shellCommand{Shells: name, Language: language, Command: neutral.Block(c.Command)})
		}
	}
	return merged
}

// shellName is how a shell is called, and how highlighters call its language.
func shellName(shell string) (name, language string) {
	switch shell {
	case "sh":
		return "sh", "sh"
	case "powershell":
		return "PowerShell", "powershell"
	case "cmd":
		return "cmd", "bat"
	}
	return neutral.Bound(shell, 20), "text"
}

func (p *page) evidenceBullets(list []result.Evidence) []item {
	var bullets []item
	for _, e := range list {
		b := item{Text: p.say(e.Claim), Value: p.say(e.Value)}
		if !e.Source.IsZero() {
			b.Detail = p.say(msg.New("source: %s", e.Source))
		}
		bullets = append(bullets, b)
	}
	return bullets
}

func (p *page) alternativeBullets(list []result.Cause) []item {
	var bullets []item
	for _, c := range list {
		bullets = append(bullets, item{Text: p.say(c.Summary) + " (" + p.say(certaintyText(c.Certainty)) + ")", Detail: p.say(c.Explanation)})
	}
	return bullets
}

// checkLines lists checks, each symptom behind the check that caused it.
func (p *page) checkLines(checks []result.Check) []checkLine {
	below := children(checks)
	var lines []checkLine
	var walk func(list []result.Check, depth int)
	walk = func(list []result.Check, depth int) {
		for _, c := range list {
			lines = append(lines, checkLine{
				Status: checkClass(c.Status), StatusText: p.say(checkStatusText(c.Status)), Symbol: checkSymbol(c.Status).unicode,
				Title: p.say(c.Title), Summary: p.say(c.Summary), Depth: depth,
			})
			if c.ID != "" {
				walk(below[c.ID], min(depth+1, maxDepth))
			}
		}
	}
	walk(below[""], 0)
	return lines
}

// maxDepth bounds how deep symptoms are indented; real ones go two levels.
const maxDepth = 4

// checkClass keeps a status that nobody knows from becoming a class.
func checkClass(s result.CheckStatus) result.CheckStatus {
	switch s {
	case result.Pass, result.Warn, result.Fail, result.Skipped:
		return s
	}
	return result.CheckUnknown
}

func checkStatusText(s result.CheckStatus) msg.Text {
	switch s {
	case result.Pass:
		return msg.New("passed")
	case result.Warn:
		return msg.New("warning")
	case result.Fail:
		return msg.New("failed")
	case result.Skipped:
		return msg.New("not checked")
	}
	return msg.New("unknown")
}

// nameOf is the best name of what a list is about.
func (p *page) nameOf(l *result.SecretList) string {
	if l.ServicePrincipal != nil {
		return p.title(l)
	}
	if a := l.Application; a != nil {
		if name := p.optional(a.DisplayName); strings.TrimSpace(name) != "" {
			return name
		}
		return p.raw(a.ID)
	}
	return ""
}
