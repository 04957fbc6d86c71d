package scan

import (
	"cmp"
	"strings"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/neutral"
	"github.com/spcheck/spcheck/internal/result"
)

// nameLimit and rolesLimit bound the names in a reason, and its list of permissions and
// roles, in characters.
const (
	nameLimit  = 120
	rolesLimit = 300
)

// Reasons say why a new credential deserves attention first.
func Reasons(by *result.ChangedBy, held *[]string) []result.Reason {
	var list []result.Reason
	switch {
	case by == nil:
	case by.Itself:
		list = append(list, selfAdded())
	case by.ActorType == "application":
		list = append(list, addedByApplication(by))
	}
	if held != nil && len(*held) > 0 {
		list = append(list, privileged(*held))
	}
	return list
}

// selfAdded means that an application added a credential to itself.
func selfAdded() result.Reason {
	return result.Reason{ID: "self-added", Text: msg.New("the application added it to itself")}
}

// addedByApplication means that another application added the credential.
func addedByApplication(by *result.ChangedBy) result.Reason {
	name := neutral.Bound(cmp.Or(result.OrEmpty(by.Actor), result.OrEmpty(by.ActorAppID)), nameLimit)
	return result.Reason{ID: "added-by-application", Text: msg.New("another application added it: %s", name)}
}

// privileged means that anyone who signs in with the credential can take over the
// tenant.
func privileged(held []string) result.Reason {
	return result.Reason{ID: "privileged", Text: msg.New("the application is privileged: %s", neutral.Bound(strings.Join(held, ", "), rolesLimit))}
}

// unknownIssuer means that spcheck does not know who runs the issuer of a federated
// credential. That proves nothing, because many companies run their own.
func unknownIssuer(issuer string) result.Reason {
	return result.Reason{ID: "foreign-issuer", Text: msg.New("whoever runs %s can sign in as the application, and spcheck does not know who that is", neutral.Bound(issuer, nameLimit))}
}

// otherTenantsIssuer means that the issuer belongs to another tenant, or to a cluster
// in one.
func otherTenantsIssuer(issuer string) result.Reason {
	return result.Reason{ID: "foreign-issuer", Text: msg.New("the issuer belongs to another tenant: %s", neutral.Bound(issuer, nameLimit))}
}
