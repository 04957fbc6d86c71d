package report

import (
	"fmt"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
)

// An outcome is one thing that was looked at, for the formats that machines
// collect: a test case of JUnit, a result of SARIF, an annotation of GitHub. Its
// texts are not neutral yet; each format makes them so by its own rules.
type outcome struct {
	// Rule is a stable ID: of a root cause, a check or a state of a credential.
	Rule string
	// Object tells outcomes of one rule apart, such as a key ID.
	Object string
	Title  string
	Grade  grade
	// Message says in a sentence what was found, Detail the rest.
	Message string
	Detail  []string
	// Tenant and AppID are those of the object, where they are not the survey's.
	Tenant, AppID string
	// Follows is the title of the check that this failure follows from.
	Follows string
	Took    time.Duration
}

// grade is how an outcome is to be taken.
type grade int

// The grades. Noted is worth knowing and harms nothing; open is a cause that the
// evidence does not exclude.
const (
	gradePass grade = iota
	gradeNote
	gradeWarn
	gradeFail
	gradeUnknown
	gradeSkip
	gradeOpen
)

// A survey is all outcomes of a result, and what they are about.
type survey struct {
	Kind   Kind
	Header *result.Header
	Tenant string
	AppID  string
	Name   string
	// Outcomes start with the result as a whole.
	Outcomes []outcome
}

// surveyed makes a survey of a result in the language of the options.
func surveyed(res any, o Options) (*survey, error) {
	say := func(t msg.Text) string { return t.In(o.Language) }
	switch r := res.(type) {
	case *result.Diagnosis:
		return surveyDiagnosis(r, say), nil
	case *result.SecretList:
		return surveyList(r, say), nil
	case *ScanSource:
		return surveyScan(r, say, o)
	}
	return nil, fmt.Errorf("no survey is known for a %T", res)
}

// sayer prints a sentence in the reader's language.
type sayer func(msg.Text) string

func (s *survey) add(o outcome) { s.Outcomes = append(s.Outcomes, o) }

// failure is the outcome of a run that failed as a whole.
func failureOutcome(f *result.Failure, say sayer) outcome {
	o := outcome{Rule: "run-failed", Title: "run", Grade: gradeUnknown, Message: say(f.Message)}
	for _, h := range f.Hints {
		o.Detail = append(o.Detail, say(h))
	}
	return o
}

func gradeOf(s result.Status) grade {
	switch s {
	case result.OK:
		return gradePass
	case result.Warning:
		return gradeWarn
	case result.Critical:
		return gradeFail
	}
	return gradeUnknown
}

func surveyDiagnosis(r *result.Diagnosis, say sayer) *survey {
	s := &survey{Kind: Diagnose, Header: &r.Header, Tenant: orEmpty(r.Target.Tenant), AppID: orEmpty(r.Target.ClientID)}
	s.Name = s.AppID
	if r.Error != nil {
		s.add(failureOutcome(r.Error, say))
		return s
	}
	s.add(verdictOutcome(r, say))
	for _, c := range r.Alternatives {
		s.add(outcome{Rule: c.ID, Title: say(c.Summary), Grade: gradeOpen, Message: say(c.Summary), Detail: said(say, c.Explanation)})
	}
	titles := map[string]string{}
	for _, c := range r.Checks {
		titles[c.ID] = say(c.Title)
	}
	for _, c := range r.Checks {
		s.add(checkOutcome(c, titles, say))
	}
	return s
}

// verdictOutcome is the diagnosis as a whole.
func verdictOutcome(r *result.Diagnosis, say sayer) outcome {
	o := outcome{Rule: "sign-in", Title: say(msg.New("Diagnosis")), Grade: gradeOf(r.Status), Message: say(healthText(r))}
	c := r.RootCause
	if c == nil {
		return o
	}
	o.Rule, o.Message = c.ID, say(c.Summary)+" ("+say(certaintyText(c.Certainty))+")"
	o.Detail = said(say, c.Explanation)
	for _, e := range c.Evidence {
		o.Detail = append(o.Detail, say(msg.New("How we know"))+": "+say(e.Claim)+": "+say(e.Value))
	}
	for _, m := range c.Remedies {
		o.Detail = append(o.Detail, say(msg.New("What to do: %s", m.Title)))
		for _, x := range m.Commands {
			if x.Shell == "sh" {
				o.Detail = append(o.Detail, "    "+x.Command)
			}
		}
	}
	if c.AADSTS != nil && c.AADSTS.TraceID != nil {
		o.Detail = append(o.Detail, say(msg.New("Trace ID"))+": "+*c.AADSTS.TraceID)
	}
	return o
}

func said(say sayer, t msg.Text) []string {
	if t.IsZero() {
		return nil
	}
	return []string{say(t)}
}

func checkOutcome(c result.Check, titles map[string]string, say sayer) outcome {
	o := outcome{Rule: "check-" + c.ID, Title: say(c.Title), Message: say(c.Summary), Grade: gradeUnknown}
	switch c.Status {
	case result.Pass:
		o.Grade = gradePass
	case result.Warn:
		o.Grade = gradeWarn
	case result.Fail:
		o.Grade = gradeFail
	case result.Skipped:
		o.Grade = gradeSkip
	}
	if c.CausedBy != nil {
		o.Follows = titles[*c.CausedBy]
	}
	if c.DurationMs != nil {
		o.Took = time.Duration(*c.DurationMs) * time.Millisecond
	}
	return o
}

func surveyList(l *result.SecretList, say sayer) *survey {
	s := &survey{Kind: ListSecrets, Header: &l.Header}
	if sp := l.ServicePrincipal; sp != nil {
		s.AppID, s.Name = orEmpty(sp.AppID), orEmpty(sp.DisplayName)
		if s.AppID == "" {
			s.AppID = sp.ID
		}
	}
	if s.Name == "" && l.Application != nil {
		s.Name = orEmpty(l.Application.DisplayName)
	}
	if l.Error != nil {
		s.add(failureOutcome(l.Error, say))
		return s
	}
	s.add(usabilityOutcome(l, say))
	for _, c := range l.Credentials {
		s.add(credentialOutcome(c, say))
	}
	return s
}

// usabilityOutcome is whether the service principal can sign in at all.
func usabilityOutcome(l *result.SecretList, say sayer) outcome {
	o := outcome{Rule: "usable-credential", Title: say(msg.New("Credentials")), Grade: gradePass, Message: say(countText(l.Credentials))}
	switch n := count(l.Credentials); {
	case l.Status == result.Critical && n.usable == 0:
		o.Grade, o.Message = gradeFail, say(msg.New("No credential is usable. %s", countText(l.Credentials)))
	case l.Status == result.Critical:
		o.Grade, o.Message = gradeFail, say(msg.New("The credential in use has ended. %s", countText(l.Credentials)))
	case l.Status == result.Unknown:
		o.Grade, o.Message = gradeUnknown, say(msg.New("Not everything could be read."))
	}
	for _, n := range l.Notes {
		o.Detail = append(o.Detail, say(n))
	}
	return o
}

func credentialOutcome(c result.Credential, say sayer) outcome {
	o := outcome{Rule: "credential-valid", Object: credentialKey(c), Title: say(credentialTitle(c)), Grade: gradePass}
	o.Message = o.Title + ": " + say(credentialStatusText(c.Status))
	if c.EndDateTime != nil {
		o.Message += ", " + say(msg.New("end")) + " " + say(msg.New("%s", *c.EndDateTime))
	}
	switch c.Status {
	case result.Expiring:
		o.Rule, o.Grade = "credential-expiring", gradeWarn
	case result.Expired:
		o.Rule, o.Grade = "credential-expired", gradeNote
	case result.NotYetValid:
		o.Rule, o.Grade = "credential-not-yet-valid", gradeNote
	case result.Valid, result.NeverExpires:
	default:
		o.Rule, o.Grade = "credential-dates-unknown", gradeUnknown
		o.Message = o.Title + ": " + say(msg.New("its dates could not be read"))
	}
	return o
}

// credentialTitle names a credential by its kind, holder and key.
func credentialTitle(c result.Credential) msg.Text {
	title := msg.New("%s on the %s", kindText(c.Kind), holderText(c.StoredOn))
	switch {
	case c.KeyID != nil:
		return msg.New("%s, %s", title, *c.KeyID)
	case c.DisplayName != nil:
		return msg.New("%s, %s", title, *c.DisplayName)
	}
	return title
}

// credentialKey tells credentials apart, also those whose key ID is missing.
func credentialKey(c result.Credential) string {
	if c.KeyID != nil {
		return c.StoredOn + "/" + *c.KeyID
	}
	return c.StoredOn + "/" + c.Kind + "/" + orEmpty(c.DisplayName) + "/" + orEmpty(c.Hint)
}

func orEmpty(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
