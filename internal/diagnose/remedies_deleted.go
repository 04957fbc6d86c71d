package diagnose

import (
	"strings"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
)

// restore says how to restore a deleted application. Its service principal is not restored
// with it (Graph's reference of restoring deleted items).
func (v *view) restore() []result.Remedy {
	gone, principal := v.Deleted.Value, v.DeletedPrincipal.Value
	if gone == nil || !objects.IsGUID(gone.ID) {
		return nil
	}
	list := []result.Remedy{v.restoring(gone)}
	switch {
	case principal != nil && objects.IsGUID(principal.ID): // one step: half of it does not help
		list[0].Title = msg.New("%s, and then its service principal, which is not restored with it:", restoreTitle(gone))
		list[0].Commands = append(list[0].Commands, v.restoreCommands(principal)...)
	case !v.DeletedPrincipal.Known():
		list = append(list, remedy(msg.New("If its service principal was deleted as well, restore that too; it is not restored with the application")))
	case v.sp == nil:
		list = append(list, remedy(msg.New("Its service principal is not restored with the application: create a new one, and grant its permissions again"), v.principalCommands()...))
	}
	return append(list, v.checkAgain())
}

// MentionDeleted adds to the problem of a --sp that names nothing what it named before it was
// deleted.
func MentionDeleted(f *Facts) {
	v, p := &view{Facts: f}, f.Setup.Problem
	if p == nil || !p.NotFound {
		return
	}
	var hints []msg.Text
	if gone := f.Deleted.Value; gone != nil && objects.IsGUID(gone.ID) {
		hints = append(hints, msg.New("the application %q was deleted, and can be restored for 30 days after that: %s", gone.DisplayName, v.restoreCommands(gone)[0].Command))
	}
	if gone := f.DeletedPrincipal.Value; gone != nil && objects.IsGUID(gone.ID) {
		hints = append(hints, msg.New("the service principal %q was deleted, and can be restored for 30 days after that: %s", gone.DisplayName, v.restoreCommands(gone)[0].Command))
	}
	p.Hints = append(hints, p.Hints...)
}

// regain says how to get a service principal: by restoring the deleted one, if there is
// one, because a new one would lack its permissions.
func (v *view) regain() []result.Remedy {
	if gone := v.DeletedPrincipal.Value; gone != nil && objects.IsGUID(gone.ID) {
		return []result.Remedy{v.restoring(gone), v.checkAgain()}
	}
	return []result.Remedy{remedy(msg.New("Create the service principal in the tenant, or have an administrator of the tenant consent to the application"), v.principalCommands()...)}
}

func (v *view) restoring(gone *objects.Deleted) result.Remedy {
	return remedy(restoreTitle(gone), v.restoreCommands(gone)...)
}

func restoreTitle(gone *objects.Deleted) msg.Text {
	if gone.At == nil {
		return msg.New("Find out who deleted it and why, then restore it")
	}
	return msg.New("Find out who deleted it and why, then restore it by %s", gone.At.AddDate(0, 0, 30))
}

func (v *view) restoreCommands(gone *objects.Deleted) []result.Command {
	url := strings.TrimSuffix(v.Setup.GraphResource, "/") + "/v1.0/directory/deletedItems/" + gone.ID + "/restore"
	return append(result.Typed("az", "rest", "--method", "POST", "--url", url), result.PowerShell("Restore-MgDirectoryDeletedItem -DirectoryObjectId %s", gone.ID)...)
}

func (v *view) checkAgain() result.Remedy {
	return remedy(msg.New("Then check that the sign-in works"), result.Typed("spcheck", "diagnose")...)
}
