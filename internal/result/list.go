package result

import (
	"iter"
	"slices"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/neutral"
)

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

func (l *SecretList) Document(View) (*Document, error) {
	d := newDocument(&l.Header, msg.New("Credentials of a service principal"))
	name := subjectText(l.ServicePrincipal, l.Application)
	d.Title, d.Headline = msg.Literal(subject(l.ServicePrincipal, l.Application)), name
	switch {
	case l.Error != nil || d.Title.IsZero():
	case len(l.Credentials) == 0 && l.Status == Unknown:
		d.Headline = msg.New("%s: not everything could be read", name)
	default:
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
	if sp == nil && l.Application == nil || sp == nil && l.Status == Unknown {
		return nil
	}
	if sp == nil {
		a := l.Application
		return []Fact{{msg.New("Service principal"), msg.New("none in this tenant")}, {msg.New("Application object"), msg.Literal(a.ID)}, {msg.New("Accounts"), literal(a.SignInAudience)}}
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
	if l.Status == Unknown { // it may only be unread; see Notes
		return facts
	}
	return append(facts, Fact{msg.New("Application object"), msg.New("none in this tenant")})
}

// Survey says whether the service principal can sign in, then lists each credential.
func (l *SecretList) Survey() (*Survey, error) {
	sp, app := l.objects()
	s := &Survey{AppID: named(sp.AppID, &sp.ID), Name: named(sp.DisplayName, app.DisplayName)}
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
		Status: Pass, Message: counts, Detail: l.Notes}
	switch n := count(l.Credentials); {
	case l.Status == Critical && n.usable == 0:
		x.Status, x.Message = Fail, msg.New("No credential is usable: %s", counts)
	case l.Status == Critical && slices.ContainsFunc(l.Credentials, func(c Credential) bool { return c.Configured != nil && *c.Configured && c.Status == Expired }):
		x.Status, x.Message = Fail, msg.New("The credential in use has expired: %s", counts)
	case l.Status == Critical:
		x.Status, x.Message = Fail, msg.New("The sign-in is not possible: %s", counts)
	case l.Status == Unknown:
		x.Status, x.Message = CheckUnknown, msg.New("Not everything could be read.")
	}
	return x
}

func (l *SecretList) credentialCase(c Credential) Case {
	x := Case{Rule: "credential-valid", Object: c.Key(), Title: c.Title(), Status: Pass}
	x.Message = msg.New("%s: %s", x.Title, c.Status.Text())
	if c.EndDateTime != nil {
		x.Message = msg.New("%s, %s", x.Message, c.expiry(l.GeneratedAt))
	}
	switch saml := c.Purpose == SAMLSigning; {
	case saml && c.Status == Expiring:
		x.Rule, x.Status, x.About = "saml-certificate-expiring", Warn, msg.New("A certificate that signs SAML tokens expires within the warning window.")
	case saml && c.Status == Expired:
		x.Rule, x.Status, x.About = "saml-certificate-expired", Noted, msg.New("A certificate that signs SAML tokens has expired.")
	case c.Status == Expiring:
		x.Rule, x.Status, x.About = "credential-expiring", Warn, msg.New("A credential that is valid now expires within the warning window.")
	case c.Status == Expired:
		x.Rule, x.Status, x.About = "credential-expired", Noted, msg.New("A credential has expired and can be removed.")
	case c.Status == NotYetValid:
		x.Rule, x.Status, x.About = "credential-not-yet-valid", Noted, msg.New("A credential is not valid yet.")
	case c.Status == "":
		x.Rule, x.Status, x.About = "credential-dates-unknown", CheckUnknown, msg.New("The validity dates of a credential could not be read.")
		x.Message = msg.New("%s: its validity dates could not be read", x.Title)
	}
	return x
}

func (l *SecretList) Rows() ([]string, iter.Seq2[[]any, error]) {
	sp, app := l.objects()
	var rows [][]any
	for _, c := range l.Credentials {
		rows = append(rows, []any{sp.ID, app.ID, sp.AppID, sp.DisplayName, c.KeyID, c.Kind, c.StoredOn, c.DisplayName, c.Hint,
			c.StartDateTime, c.EndDateTime, c.DaysLeft, c.Status, c.Configured, c.LastUsedDateTime})
	}
	return []string{"servicePrincipalId", "applicationId", "appId", "servicePrincipalDisplayName", "keyId", "kind", "storedOn",
		"displayName", "hint", "startDateTime", "endDateTime", "daysLeft", "status", "configured", "lastUsedDateTime"}, inMemory(rows)
}

func (l *SecretList) Expiries() iter.Seq2[Expiry, error] {
	sp, _ := l.objects()
	return expiries(l.Credentials, OrEmpty(sp.AppID), subject(l.ServicePrincipal, l.Application))
}

func (l *SecretList) Metrics() ([][2]string, []Metric, error) {
	sp, _ := l.objects()
	return [][2]string{{"app_id", OrEmpty(sp.AppID)}}, credentialMetrics(l.Credentials), nil
}

// objects returns both objects, empty if they are missing.
func (l *SecretList) objects() (sp ServicePrincipal, app Application) {
	if l.ServicePrincipal != nil {
		sp = *l.ServicePrincipal
	}
	if l.Application != nil {
		app = *l.Application
	}
	return sp, app
}
