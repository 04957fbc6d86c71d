package result

import (
	"iter"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/neutral"
)

// Kind returns the kind of spcheck list-secrets.
func (*SecretList) Kind() Kind { return "list-secrets" }

// subject returns the best name of the application, or nothing.
func subject(sp *ServicePrincipal, app *Application) string {
	var names []*string
	if sp != nil {
		names = append(names, sp.DisplayName, sp.AppID, &sp.ID)
	}
	if app != nil {
		names = append(names, app.DisplayName, &app.ID)
	}
	return neutral.Bound(named(names...), nameLimit)
}

// subjectText returns the subject, or a text that says there is none.
func subjectText(sp *ServicePrincipal, app *Application) msg.Text {
	if name := subject(sp, app); name != "" {
		return msg.Literal(name)
	}
	return msg.New("The service principal could not be read")
}

// Document shows a table of the credentials.
func (l *SecretList) Document(View) (*Document, error) {
	d := newDocument(&l.Header, msg.New("Credentials of a service principal"))
	name := subjectText(l.ServicePrincipal, l.Application)
	d.Title, d.Headline = msg.Literal(subject(l.ServicePrincipal, l.Application)), name
	if l.Error == nil && subject(l.ServicePrincipal, l.Application) != "" {
		d.Headline = msg.New("%s: %s", name, countText(l.Credentials))
	}
	if len(l.Credentials) == 0 && l.ServicePrincipal != nil && l.Status != Unknown {
		d.Lead = append(d.Lead, msg.New("Neither the service principal nor its application has credentials."))
	}
	d.credentials(msg.New("Credentials"), l.Credentials, whole)
	d.notes(l.Notes, false)
	d.add(Part{ID: "objects", Title: msg.New("Objects"), Facts: l.facts()})
	return d, nil
}

// facts lists the IDs of both objects.
func (l *SecretList) facts() []Fact {
	sp := l.ServicePrincipal
	if sp == nil {
		return nil
	}
	facts := []Fact{
		{msg.New("Application (client) ID"), literal(sp.AppID)},
		{msg.New("Service principal"), msg.Literal(sp.ID)},
		{msg.New("Type"), literal(sp.Type)},
		{msg.New("Enabled for sign-in"), truth(sp.AccountEnabled)},
	}
	if a := l.Application; a != nil {
		return append(facts, Fact{msg.New("Application object"), msg.Literal(a.ID)}, Fact{msg.New("Accounts"), literal(a.SignInAudience)})
	}
	return append(facts, Fact{msg.New("Application object"), msg.New("none in this tenant")})
}

func (l *SecretList) appID() string {
	if sp := l.ServicePrincipal; sp != nil {
		return named(sp.AppID, &sp.ID)
	}
	return ""
}

// Survey says whether the service principal can sign in, then lists each credential.
func (l *SecretList) Survey() (*Survey, error) {
	s := &Survey{AppID: l.appID()}
	if sp := l.ServicePrincipal; sp != nil {
		s.Name = OrEmpty(sp.DisplayName)
	}
	if s.Name == "" && l.Application != nil {
		s.Name = OrEmpty(l.Application.DisplayName)
	}
	if s.failed(l.Error) {
		return s, nil
	}
	s.add(l.usability())
	for _, c := range l.Credentials {
		s.add(l.credentialCase(c))
	}
	s.Data = credentialData(l.Credentials, l.Status)
	return s, nil
}

// usability says whether the service principal can sign in at all.
func (l *SecretList) usability() Case {
	counts := countText(l.Credentials)
	x := Case{Rule: "usable-credential", About: msg.New("A service principal needs a usable credential."), Title: msg.New("Credentials"),
		Grade: GradePass, Message: counts, Detail: l.Notes}
	switch n := count(l.Credentials); {
	case l.Status == Critical && n.usable == 0:
		x.Grade, x.Message = GradeFail, msg.New("No credential is usable: %s", counts)
	case l.Status == Critical:
		x.Grade, x.Message = GradeFail, msg.New("The credential in use has expired: %s", counts)
	case l.Status == Unknown:
		x.Grade, x.Message = GradeUnknown, msg.New("Not everything could be read.")
	}
	return x
}

func (l *SecretList) credentialCase(c Credential) Case {
	x := Case{Rule: "credential-valid", Object: c.Key(), Title: c.Title(), Grade: GradePass}
	x.Message = msg.New("%s: %s", x.Title, c.Status.Text())
	if c.EndDateTime != nil {
		x.Message = msg.New("%s, %s", x.Message, c.expiry(l.GeneratedAt))
	}
	switch saml := c.Purpose == SAMLSigning; {
	case saml && c.Status == Expiring:
		x.Rule, x.Grade, x.About = "saml-certificate-expiring", GradeWarn, msg.New("A certificate that signs SAML tokens expires within the warning window.")
		return x
	case saml && c.Status == Expired:
		x.Rule, x.Grade, x.About = "saml-certificate-expired", GradeNote, msg.New("A certificate that signs SAML tokens has expired.")
		return x
	}
	switch c.Status {
	case Expiring:
		x.Rule, x.Grade, x.About = "credential-expiring", GradeWarn, msg.New("A credential that is valid now expires within the warning window.")
	case Expired:
		x.Rule, x.Grade, x.About = "credential-expired", GradeNote, msg.New("A credential has expired and can be removed.")
	case NotYetValid:
		x.Rule, x.Grade, x.About = "credential-not-yet-valid", GradeNote, msg.New("A credential is not valid yet.")
	case Valid, NeverExpires:
	default:
		x.Rule, x.Grade, x.About = "credential-dates-unknown", GradeUnknown, msg.New("The validity dates of a credential could not be read.")
		x.Message = msg.New("%s: its validity dates could not be read", x.Title)
	}
	return x
}

// Columns are the columns of a table of credentials.
func (*SecretList) Columns() []string {
	return []string{
		"servicePrincipalId", "applicationId", "appId", "servicePrincipalDisplayName", "keyId", "kind", "storedOn", "displayName", "hint",
		"startDateTime", "endDateTime", "daysLeft", "status", "configured", "lastUsedDateTime",
	}
}

// Lines returns one line per credential.
func (l *SecretList) Lines() iter.Seq2[[]any, error] {
	var sp, app, appID, name *string
	if l.ServicePrincipal != nil {
		sp, appID, name = &l.ServicePrincipal.ID, l.ServicePrincipal.AppID, l.ServicePrincipal.DisplayName
	}
	if l.Application != nil {
		app = &l.Application.ID
	}
	var lines [][]any
	for _, c := range l.Credentials {
		lines = append(lines, []any{sp, app, appID, name, c.KeyID, c.Kind, c.StoredOn, c.DisplayName, c.Hint,
			c.StartDateTime, c.EndDateTime, c.DaysLeft, string(c.Status), c.Configured, c.LastUsedDateTime})
	}
	return inMemory(lines)
}

// Expiries returns the expiry dates of the credentials.
func (l *SecretList) Expiries() iter.Seq2[Expiry, error] {
	id := ""
	if l.ServicePrincipal != nil {
		id = OrEmpty(l.ServicePrincipal.AppID)
	}
	return expiries(l.Credentials, id, subject(l.ServicePrincipal, l.Application))
}

// Metrics returns the metrics of the credentials.
func (l *SecretList) Metrics() iter.Seq2[Metric, error] {
	return inMemory(credentialMetrics(l.Credentials))
}

// MetricLabels are the application.
func (l *SecretList) MetricLabels() [][2]string {
	if sp := l.ServicePrincipal; sp != nil {
		return [][2]string{{"app_id", OrEmpty(sp.AppID)}}
	}
	return nil
}
