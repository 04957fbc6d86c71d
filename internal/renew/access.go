package renew

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/graph"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/session"
)

// permission is the right to change credentials, as far as a token shows it.
type permission int

const (
	permissionUnknown permission = iota
	permissionNone
	permissionOwned  // an application that may change the objects that it owns
	permissionPerson // a person; tokens do not contain all roles of a person
	permissionAll
)

func permissionOf(a *session.Actor) permission {
	if !a.Claims.Known() {
		return permissionUnknown
	}
	c := a.Claims.Value
	switch {
	case c.ReadsOnly():
		return permissionNone
	case !c.AppOnly():
		return permissionPerson
	case slices.ContainsFunc(c.Roles, func(role string) bool {
		return strings.EqualFold(role, "Application.ReadWrite.All") || strings.EqualFold(role, "Directory.ReadWrite.All")
	}):
		return permissionAll
	}
	return permissionOwned
}

// mayChange reports whether an identity may change credentials: unless its token shows that
// it has no right to.
func mayChange(a *session.Actor) bool { return permissionOf(a) != permissionNone }

// checkPermission checks whether the actor may change the credentials of an object. The
// finding is unknown if only an attempt can tell.
func checkPermission(ctx context.Context, a *session.Actor, on, objectID string) finding {
	who := actorName(a)
	switch permissionOf(a) {
	case permissionAll:
		return passed(msg.New("%s may change the credentials of every application.", who))
	case permissionOwned:
		return checkOwner(ctx, a, who, on, objectID)
	case permissionPerson:
		return unknown(msg.New("%s must own the object or have the role Application Administrator. That cannot be checked in advance; otherwise the change is refused and nothing is changed.", who))
	case permissionNone:
		return failed(msg.New("%s lacks the permission to change credentials", who),
			askFor(a), useAnotherIdentity()).unreadable()
	}
	return unknown(msg.New("Whether %s may change the object cannot be checked in advance, since its token cannot be read.", who))
}

func checkOwner(ctx context.Context, a *session.Actor, who msg.Text, on, objectID string) finding {
	owners, err := a.Client.Owners(ctx, on, objectID)
	if err != nil {
		return unknown(msg.New("%s may change objects that it owns; who owns this one could not be read (%s).", who, msg.Of(err)))
	}
	own := a.Claims.Value.ObjectID
	if slices.ContainsFunc(owners, func(o objects.Owner) bool { return own != "" && strings.EqualFold(o.ID, own) }) {
		return passed(msg.New("%s may change objects that it owns, and owns this one.", who))
	}
	return failed(msg.New("%s may only change objects that it owns, and does not own this one", who),
		msg.New("ask an administrator of the tenant to make the service principal %s an owner of the %s %s", own, holder(on), objectID),
		useAnotherIdentity()).unreadable()
}

// askFor returns the hint after a token or Graph has shown that the actor lacks a right. A
// person needs a role, an application needs a permission.
func askFor(a *session.Actor) msg.Text {
	switch {
	case !a.Claims.Known() || a.Claims.Value.AppOnly():
		return msg.New("ask an administrator of the tenant for the application permission %s and to make the identity an owner of the object, or for Application.ReadWrite.All", graph.NeedPasswords)
	case permissionOf(a) == permissionNone:
		return msg.New("its token does not allow changing applications; sign in again with --reader device-code, or with az login and --reader azure-cli")
	}
	return msg.New("ask an administrator of the tenant to make the person an owner of the application, or to assign them the role Application Administrator")
}

func useAnotherIdentity() msg.Text {
	return msg.New("or use another identity with --reader, for example --reader azure-cli after az login")
}

// actorName returns the name of the actor for a sentence.
func actorName(a *session.Actor) msg.Text {
	c := a.Claims.Value // zero if unknown
	if name := cmp.Or(c.UserName, c.AppName, c.AppID); name != "" {
		return msg.New("the reader %s (%s)", a.Name, name)
	}
	return msg.New("the reader %s", a.Name)
}

func holder(on string) msg.Text {
	if on == objects.OnServicePrincipal {
		return msg.New("service principal")
	}
	return msg.New("application")
}
