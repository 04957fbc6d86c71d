package graphapi

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

// Bounds of a federated credential. Source: Microsoft's documentation of
// federatedIdentityCredential and of its overview.
const (
	mostFederated = 20
	longestName   = 120
	longestPart   = 600
)

// urlFriendly is what a credential may be called. Source: the documentation says
// URL friendly; which characters that is was not verified.
var urlFriendly = lazyregexp.New(`^[A-Za-z0-9][A-Za-z0-9_-]{2,}$`)

// addFederated makes a federated credential.
func addFederated(s *scene) (*response, error) {
	a, err := findApplication(s, s.keys[0])
	if err != nil {
		return nil, err
	}
	members, err := s.payload()
	if err != nil {
		return nil, err
	}
	f, err := federatedRequest(members)
	if err != nil {
		return nil, err
	}
	if err := s.mayChange(changeApplication(), a.Owners); err != nil {
		return nil, err
	}
	if err := fitsBeside(a.Federated, f); err != nil {
		return nil, err
	}
	f.ID, f.Added = uuid.NewString(), s.now
	a.Federated = append(a.Federated, f)
	res, err := one(s, s.srv.types.federated, f, federatedContext(a))
	if err != nil {
		return nil, err
	}
	res.status = http.StatusCreated
	res.header.Set("Location", s.origin()+"/v1.0/applications/"+a.ID+"/federatedIdentityCredentials/"+f.ID)
	return res, nil
}

// federatedRequest reads the body. A claimsMatchingExpression exists in beta only,
// and the sandbox does not evaluate any.
func federatedRequest(members map[string]json.RawMessage) (f directory.Federated, err error) {
	if err = onlyMembers(members, "federatedIdentityCredential", "id", "name", "issuer", "subject", "description", "audiences"); err != nil {
		return f, err
	}
	for name, into := range map[string]*string{"name": &f.Name, "issuer": &f.Issuer, "subject": &f.Subject, "description": &f.Description} {
		if *into, err = nullableString(members, name); err != nil {
			return f, err
		}
	}
	if raw, ok := members["audiences"]; ok && json.Unmarshal(raw, &f.Audiences) != nil {
		return f, unreadable()
	}
	return f, checkFederated(f)
}

// checkFederated holds a credential to the documented bounds. The code was seen in
// reports; the texts of these refusals were not.
func checkFederated(f directory.Federated) error {
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

// fitsBeside holds a new credential against those that are there: name, and issuer
// with subject, are unique (both refusals: public reports). How the service words
// the limit was not seen.
func fitsBeside(all []directory.Federated, f directory.Federated) error {
	switch {
	case slices.ContainsFunc(all, func(have directory.Federated) bool { return strings.EqualFold(have.Name, f.Name) }):
		return refuse(http.StatusConflict, "Request_MultipleObjectsWithSameKeyValue", "FederatedIdentityCredential with name %s already exists.", f.Name)
	case slices.ContainsFunc(all, func(have directory.Federated) bool { return have.Issuer == f.Issuer && have.Subject == f.Subject }):
		return refuse(http.StatusBadRequest, "InvalidFederatedIdentityCredentialValue",
			"The combination of issuer and subject must be unique for the application. Issuer %s and Subject: %s already exist. paramName: FederatedIdentityCredential.Subject, paramValue: %s, objectType: Microsoft.Online.DirectoryServices.Application",
			f.Issuer, f.Subject, f.Subject)
	case len(all) >= mostFederated:
		return badRequest("The number of federated identity credentials of an application is limited to %d.", mostFederated)
	}
	return nil
}

// removeFederated takes a federated credential away.
func removeFederated(s *scene) (*response, error) {
	a, err := findApplication(s, s.keys[0])
	if err != nil {
		return nil, err
	}
	if err := s.mayChange(changeApplication(), a.Owners); err != nil {
		return nil, err
	}
	i := s.indexFederated(a)
	if i < 0 {
		return nil, notFound(s.keys[1].text)
	}
	a.Federated = slices.Delete(a.Federated, i, i+1)
	return noContent(), nil
}
