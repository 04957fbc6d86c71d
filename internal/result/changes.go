package result

import "github.com/spcheck/spcheck/internal/msg"

// Kind returns the kind of spcheck renew-secret.
func (*Renewal) Kind() Kind { return "renew-secret" }

// Failed makes this the report of a renewal that stopped.
func (r *Renewal) Failed(h Header) { r.Header, r.Outcome = h, Stopped }

// renewalWords are the sentences that differ between secrets and certificates.
type renewalWords struct{ subject, done, fresh, lost msg.Text }

// Document shows what was done, then the new secret and what to do next.
func (r *Renewal) Document(View) (*Document, error) {
	return r.document(renewalWords{msg.New("Renewal of a client secret"), msg.New("a new secret was added, stored and verified"),
		msg.New("New secret"), msg.New("Removed again, because nobody has its value")})
}

// Kind returns the kind of spcheck renew-certificate.
func (*CertificateRenewal) Kind() Kind { return "renew-certificate" }

// Document shows what was done, then the new certificate and what to do next.
func (r *CertificateRenewal) Document(View) (*Document, error) {
	return r.document(renewalWords{msg.New("Renewal of a certificate"), msg.New("a new certificate was added, verified and installed"),
		msg.New("New certificate"), msg.New("Removed")})
}

func (r *Renewal) document(words renewalWords) (*Document, error) {
	d := newDocument(&r.Header, words.subject)
	d.Title = subjectText(r.ServicePrincipal, r.Application)
	d.Headline, d.Remark = d.Title, r.Outcome.text(words.done)
	if d.Tone = Good; r.Outcome == Stopped {
		d.Tone = toneOf(r.Status)
	}
	var steps []Item
	for _, s := range r.Steps {
		if s.Status != Skipped { // steps that never began
			steps = append(steps, Item{Status: s.Status, Text: titled(s.Title, s.Summary)})
		}
	}
	d.add(Part{ID: "steps", Title: msg.New("Steps"), Items: steps})
	checks := whole
	if r.Outcome == Renewed {
		checks = Hidden
	}
	d.add(Part{ID: "preflight", Title: msg.New("Preflight"), Brief: checks, Checks: r.Checks})
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

func titled(title, summary msg.Text) msg.Text {
	if summary.IsZero() {
		return title
	}
	return msg.New("%s: %s", title, summary)
}

func (o Outcome) text(done msg.Text) msg.Text {
	switch o {
	case Renewed:
		return done
	case Planned:
		return msg.New("a plan only; nothing was changed")
	case NotNeeded:
		return msg.New("no renewal is needed; nothing was changed")
	case CleanedUp:
		return msg.New("the earlier renewal was cleaned up")
	case NothingToResume:
		return msg.New("no earlier renewal is unfinished")
	}
	return msg.New("the renewal was not completed")
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

// Kind returns the kind of spcheck remove-secret.
func (*Removal) Kind() Kind { return "remove-secret" }

// Document shows what happened to each secret, and which secrets are left.
func (r *Removal) Document(View) (*Document, error) {
	d := newDocument(&r.Header, msg.New("Removal of credentials"))
	d.Title = subjectText(r.ServicePrincipal, r.Application)
	d.Headline, d.Remark = d.Title, r.removed()
	var items []Item
	for _, s := range r.Secrets {
		status, outcome := s.outcome()
		items = append(items, Item{Status: status, Text: msg.New("%s: %s", s.Credential.Title(), outcome), Detail: msg.Join(s.Reasons, " ")})
	}
	d.add(Part{ID: "secrets", Title: msg.New("Credentials"), Items: items})
	d.add(Part{ID: "remaining", Title: msg.New("Remaining credentials"), Table: credentialTable(ordered(r.Remaining), d.At)})
	d.notes(r.Notes, false)
	return d, nil
}

func (r *Removal) removed() msg.Text {
	n := 0
	for _, s := range r.Secrets {
		if s.Outcome == "removed" || s.Outcome == "alreadyGone" {
			n++
		}
	}
	if n == 0 {
		return msg.New("nothing was removed")
	}
	return msg.New("%d credentials were removed", n)
}

func (s RemovalItem) outcome() (CheckStatus, msg.Text) {
	switch s.Outcome {
	case "removed":
		return Pass, msg.New("removed")
	case "alreadyGone":
		return Pass, msg.New("already removed")
	case "planned":
		return Skipped, msg.New("would be removed")
	case "refused":
		return Fail, msg.New("not removed: not safe (see the reasons)")
	case "declined":
		return Skipped, msg.New("not removed")
	case "failed":
		return Fail, msg.New("could not be removed")
	}
	return CheckUnknown, msg.New("it is not known whether it was removed")
}
