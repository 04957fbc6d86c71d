package graphapi

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

type federated = directory.Federated

func newFederated() *entity[federated] {
	e := &entity[federated]{name: "federatedIdentityCredential"}
	e.of("id", func(f federated) any { return f.ID })
	e.of("name", func(f federated) any { return f.Name })
	e.of("issuer", func(f federated) any { return f.Issuer })
	e.of("subject", func(f federated) any { return f.Subject })
	e.of("description", func(f federated) any { return f.Description })
	e.of("audiences", func(f federated) any { return f.Audiences })
	return e
}

// federatedObjects returns the credentials for $expand.
func federatedObjects(s *scene, a app) []object { return s.srv.federated.wholes(s, a.Federated) }

func federatedContext(a app) string {
	return "applications('" + a.ID + "')/federatedIdentityCredentials"
}

// listFederated lists the credentials that the answering replica knows.
func listFederated(s *scene, a app) (*response, error) {
	heard := slices.DeleteFunc(slices.Clone(a.Federated), func(f federated) bool { return s.late(f.Added) })
	return s.srv.federated.page(s, federatedContext(a), heard)
}

func getFederated(s *scene, a app) (*response, error) {
	i, err := s.findFederated(a)
	if err != nil {
		return nil, err
	}
	return s.srv.federated.one(s, a.Federated[i], federatedContext(a))
}

// findFederated returns the index of the credential with the ID or name of the second
// key, if the answering replica knows it.
func (s *scene) findFederated(a app) (int, error) {
	key := s.keys[1]
	i := slices.IndexFunc(a.Federated, func(f federated) bool {
		named := f.Name == key.text && (key.by == "name" || key.by == "") || key.by == "" && strings.EqualFold(f.ID, key.text)
		return named && !s.late(f.Added)
	})
	if i < 0 {
		return i, notFound(key.text)
	}
	return i, nil
}

// noFederated answers for service principals: only those of managed identities have
// federated credentials.
func noFederated(s *scene, p principal) (*response, error) {
	return s.srv.federated.page(s, "servicePrincipals('"+p.ID+"')/federatedIdentityCredentials", nil)
}

// Limits of a federated credential. Source: Microsoft's documentation of
// federatedIdentityCredential and its overview.
const (
	mostFederated = 20
	longestName   = 120
	longestPart   = 600
)

// urlFriendly matches valid names. The documentation calls them URL friendly; the exact
// characters are not verified.
var urlFriendly = lazyregexp.New(`^[A-Za-z0-9][A-Za-z0-9_-]{2,}$`)

func addFederated(s *scene, a app) (*response, error) {
	f, err := s.federatedRequest()
	if err != nil {
		return nil, err
	}
	if err := s.mayChange(changeApplication, a.Owners); err != nil {
		return nil, err
	}
	if err := fitsBeside(a.Federated, f); err != nil {
		return nil, err
	}
	f.ID, f.Added = uuid.NewString(), s.now
	a.Federated = append(a.Federated, f)
	res, err := s.srv.federated.one(s, f, federatedContext(a))
	if err != nil {
		return nil, err
	}
	res.status = http.StatusCreated
	res.header.Set("Location", s.origin()+"/v1.0/applications/"+a.ID+"/federatedIdentityCredentials/"+f.ID)
	return res, nil
}

// federatedRequest reads the body. claimsMatchingExpression exists in beta only, and the
// sandbox does not support it.
func (s *scene) federatedRequest() (federated, error) {
	m := s.payload()
	m.only("federatedIdentityCredential", "id", "name", "issuer", "subject", "description", "audiences")
	f := federated{Name: m.text("name"), Issuer: m.text("issuer"), Subject: m.text("subject"), Description: m.text("description")}
	if m.has("audiences") {
		m.into("audiences", &f.Audiences)
	}
	if m.err != nil {
		return f, m.err
	}
	return f, checkFederated(f)
}

// checkFederated checks the documented limits. The code is known from reports; the texts
// are not.
func checkFederated(f federated) error {
	long := func(text string, most int) bool { return utf8.RuneCountInString(text) > most }
	switch {
	case !urlFriendly().MatchString(f.Name) || long(f.Name, longestName):
		return invalidFederated("Name", f.Name)
	case !isIssuer(f.Issuer) || long(f.Issuer, longestPart):
		return invalidFederated("Issuer", f.Issuer)
	case f.Subject == "" || long(f.Subject, longestPart):
		return invalidFederated("Subject", f.Subject)
	case len(f.Audiences) != 1 || f.Audiences[0] == "" || long(f.Audiences[0], longestPart):
		return invalidFederated("Audiences", strings.Join(f.Audiences, ","))
	case long(f.Description, longestPart):
		return invalidFederated("Description", f.Description)
	}
	return nil
}

func isIssuer(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Scheme == "https" && u.Host != "" && u.Fragment == "" && !strings.ContainsAny(text, " \t\r\n")
}

func invalidFederated(parameter, value string) *apiError {
	return refuse(http.StatusBadRequest, "InvalidFederatedIdentityCredentialValue",
		"Invalid value for federated identity credential. paramName: FederatedIdentityCredential.%s, paramValue: %s, objectType: Microsoft.Online.DirectoryServices.Application", parameter, value)
}

// fitsBeside refuses a credential that collides with an existing one: by name, or by
// issuer and subject (public reports show both refusals). The text about the limit is not
// verified.
func fitsBeside(all []federated, f federated) error {
	switch {
	case slices.ContainsFunc(all, func(have federated) bool { return strings.EqualFold(have.Name, f.Name) }):
		return refuse(http.StatusConflict, "Request_MultipleObjectsWithSameKeyValue", "FederatedIdentityCredential with name %s already exists.", f.Name)
	case slices.ContainsFunc(all, func(have federated) bool { return have.Issuer == f.Issuer && have.Subject == f.Subject }):
		return refuse(http.StatusBadRequest, "InvalidFederatedIdentityCredentialValue",
			"The combination of issuer and subject must be unique for the application. Issuer %s and Subject: %s already exist. paramName: FederatedIdentityCredential.Subject, paramValue: %s, objectType: Microsoft.Online.DirectoryServices.Application",
			f.Issuer, f.Subject, f.Subject)
	case len(all) >= mostFederated:
		return badRequest("The number of federated identity credentials of an application is limited to %d.", mostFederated)
	}
	return nil
}

func removeFederated(s *scene, a app) (*response, error) {
	if err := s.mayChange(changeApplication, a.Owners); err != nil {
		return nil, err
	}
	i, err := s.findFederated(a)
	if err != nil {
		return nil, err
	}
	a.Federated = slices.Delete(a.Federated, i, i+1)
	return noContent(), nil
}
