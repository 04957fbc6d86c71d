package graphapi

import (
	"net"
	"slices"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

// auditKeys writes a change of an object's credentials into the log, with the empty
// twin that the service writes beside it. Source: a recording of 2026.
func (s *scene) auditKeys(h holder, before []string) {
	after := keyDescriptions(h.credentials)
	if slices.Equal(before, after) {
		return
	}
	entry := s.entry(h.added, h.id, h.name, h.appID)
	entry.Before, entry.After = before, after
	if len(after) < len(before) {
		entry.Activity = h.removed
	}
	twin := s.entry("Update application", h.id, h.name, h.appID)
	if h.kind == directory.ServicePrincipals {
		twin.Activity = "Update service principal"
	}
	s.tenant.Audits = append(s.tenant.Audits, entry, twin)
}

// The log's names for what happens to whole objects. Source: Microsoft's reference
// of audit activities.
const (
	auditAddApplication     = "Add application"
	auditDeleteApplication  = "Delete application"
	auditUpdateApplication  = "Update application"
	auditRestoreApplication = "Restore application"
	auditPurgeApplication   = "Hard Delete application"
	auditAddPrincipal       = "Add service principal"
	auditRemovePrincipal    = "Remove service principal"
	auditUpdatePrincipal    = "Update service principal"
	auditRestorePrincipal   = "Restore service principal"
	auditPurgePrincipal     = "Hard delete service principal"
)

// audit writes what happened to an object. The types of operation are not verified.
func (s *scene) audit(activity, operation, id, name, appID string) {
	entry := s.entry(activity, id, name, appID)
	entry.Operation = operation
	s.tenant.Audits = append(s.tenant.Audits, entry)
}

// entry is one by the caller. Users come with their address; for applications the
// log has none.
func (s *scene) entry(activity, id, name, appID string) directory.Audit {
	a := directory.Audit{
		Time: s.now, Activity: activity, TargetID: id, TargetName: name, AppID: appID,
		Actor: s.actor(), ActorAppID: s.caller.AppID, ActorID: s.caller.ServicePrincipalID, Client: s.http.UserAgent(),
	}
	if s.caller.User {
		a.ActorAppID, a.ActorID = "", s.caller.UserID
		a.IPAddress, _, _ = net.SplitHostPort(s.http.RemoteAddr)
	}
	return a
}

func (s *scene) actor() string {
	if s.caller.User {
		if u := s.tenant.User(s.caller.UserID); u != nil {
			return u.UserPrincipalName
		}
		return ""
	}
	if p := s.tenant.ServicePrincipal(s.caller.ServicePrincipalID); p != nil {
		return p.DisplayName
	}
	return ""
}
