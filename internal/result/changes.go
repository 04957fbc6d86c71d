package result

import "github.com/spcheck/spcheck/internal/msg"

// Failed makes this the report of a renewal that stopped.
func (r *Renewal) Failed(h Header) { r.Header, r.Outcome = h, Stopped }

// renewalWords are the sentences that differ between secrets and certificates.
type renewalWords struct{ subject, done, fresh, lost msg.Text }

func (r *Renewal) Document(View) (*Document, error) {
	return r.document(renewalWords{msg.New("Renewal of a client secret"), msg.New("a new secret was added, stored and verified"),
		msg.New("New secret"), msg.New("Removed again, because nobody has its value")})
}

func (r *CertificateRenewal) Document(View) (*Document, error) {
	return r.document(renewalWords{msg.New("Renewal of a certificate"), msg.New("a new certificate was added, verified and installed"),
		msg.New("New certificate"), msg.New("Removed")})
}

// document shows what was done, then the new credential and what to do next.
func (r *Renewal) document(words renewalWords) (*Document, error) {
	d := newDocument(&r.Header, words.subject)
	remark := renewalTexts[r.Outcome]
	if r.Outcome == Renewed {
		remark = words.done
	}
	d.change(subjectText(r.ServicePrincipal, r.Application), remark, r.Outcome, r.Steps, r.Checks)
	d.add(Part{ID: "plan", Title: msg.New("Plan"), Facts: r.plan()})
	d.add(Part{ID: "new", Title: words.fresh, Facts: r.added()})
	d.add(Part{ID: "removed", Title: words.lost, Table: credentialTable(ordered(r.Removed), d.At)})
	d.add(Part{ID: "next", Title: msg.New("What to do"), Steps: r.NextSteps})
	if r.Added != nil {
		d.add(Part{ID: "remaining", Title: msg.New("Other credentials"), Table: credentialTable(ordered(r.Remaining), d.At)})
	}
	if r.Journal != nil {
		d.add(Part{ID: "unfinished", Title: msg.New("Unfinished"), Text: []msg.Text{r.Journal.Summary}})
	}
	d.notes(r.Notes, false)
	return d, nil
}

var renewalTexts = map[Outcome]msg.Text{
	Planned:         msg.New("a plan only; nothing was changed"),
	NotNeeded:       msg.New("no renewal is needed; nothing was changed"),
	CleanedUp:       msg.New("the earlier renewal was cleaned up"),
	NothingToResume: msg.New("no earlier renewal is unfinished"),
	Stopped:         msg.New("the renewal was not completed"),
}

// change adds the beginning of a report about a command that changes something.
func (d *Document) change(title, remark msg.Text, o Outcome, steps []Step, checks []Check) {
	d.Title, d.Headline, d.Remark = title, title, remark
	if o != Stopped {
		d.Tone = OK
	}
	var items []Item
	for _, s := range steps {
		switch {
		case !s.Summary.IsZero():
			items = append(items, Item{Status: s.Status, Text: msg.New("%s: %s", s.Title, s.Summary)})
		case s.Status != Skipped: // a step that never began is skipped and has no summary
			items = append(items, Item{Status: s.Status, Text: s.Title})
		}
	}
	d.add(Part{ID: "steps", Title: msg.New("Steps"), Items: items})
	brief := whole
	if o == Renewed || o == Added || o == AlreadyThere {
		brief = Hidden
	}
	d.add(Part{ID: "preflight", Title: msg.New("Preflight"), Brief: brief, Checks: checks})
}

func (r *Renewal) plan() []Fact {
	p := r.Plan
	if p == nil || r.Outcome != Planned {
		return nil
	}
	return []Fact{
		{msg.New("Name"), msg.Literal(p.DisplayName)},
		{msg.New("Added to"), msg.New("%s %s", holderText(p.StoredOn), p.ObjectID)},
		{msg.New("Expires"), msg.New("%s (%s)", p.EndDateTime, When(p.EndDateTime, r.GeneratedAt))},
		{msg.New("Stored in"), literal(p.Target)},
		{msg.New("Acting as"), literal(r.ActingAs)},
	}
}

func (r *Renewal) added() []Fact {
	c := r.Added
	if c == nil {
		return nil
	}
	return []Fact{
		{msg.New("Name"), literal(c.DisplayName)},
		{msg.New("Key ID"), literal(c.KeyID)},
		{msg.New("Added to"), holderText(c.StoredOn)},
		{msg.New("Expires"), c.expiry(r.GeneratedAt)},
		{msg.New("Stored in"), literal(r.StoredIn)},
		{msg.New("Acting as"), literal(r.ActingAs)},
	}
}

func (r *Removal) Document(View) (*Document, error) {
	d := newDocument(&r.Header, msg.New("Removal of credentials"))
	d.Title = subjectText(r.ServicePrincipal, r.Application)
	d.Headline, d.Remark = d.Title, r.removed()
	var items []Item
	for _, s := range r.Secrets {
		outcome := removalTexts[s.Outcome]
		items = append(items, Item{Status: outcome.status, Text: msg.New("%s: %s", s.Credential.Title(), outcome.text), Detail: msg.JoinSentences(s.Reasons)})
	}
	d.add(Part{ID: "secrets", Title: msg.New("Credentials"), Items: items})
	d.add(Part{ID: "remaining", Title: msg.New("Remaining credentials"), Table: credentialTable(ordered(r.Remaining), d.At)})
	d.notes(r.Notes, false)
	return d, nil
}

func (r *Removal) removed() msg.Text {
	n := 0
	for _, s := range r.Secrets {
		if s.Gone() {
			n++
		}
	}
	if n == 0 {
		return msg.New("nothing was removed")
	}
	return msg.New("%d credentials were removed", n)
}

var removalTexts = map[Outcome]outcomeText{
	Removed:      {Pass, msg.New("removed")},
	AlreadyGone:  {Pass, msg.New("already removed")},
	Planned:      {Skipped, msg.New("would be removed")},
	Refused:      {Fail, msg.New("not removed: not safe (see the reasons)")},
	Declined:     {Skipped, msg.New("not removed")},
	Failed:       {Fail, msg.New("could not be removed")},
	MaybeRemoved: {CheckUnknown, msg.New("it is not known whether it was removed")},
}

// outcomeText is an outcome in words, with its symbol.
type outcomeText struct {
	status CheckStatus
	text   msg.Text
}
