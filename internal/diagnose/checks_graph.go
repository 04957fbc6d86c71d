package diagnose

import (
	"errors"
	"strings"

	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
)

func checkReader(v *view) outcome {
	r := v.Reader
	switch {
	case r.Mode == "none" || !v.ServicePrincipals.Asked():
		return skipped(msg.New("not checked"))
	case r.Name != "":
		return pass(msg.New("read by %s", r.Name))
	case len(r.Tried) > 0:
		o := unknown(msg.New("%s cannot read it: %s", r.Tried[0].Name, r.Tried[0].Reason))
		if r.Self && v.token == nil {
			o.after = "token"
		}
		return o
	}
	return unknown(msg.New("no reader is available; see --reader"))
}

func checkObjects(v *view) outcome {
	configured := v.appID()
	v = v.named()
	switch {
	case !v.ServicePrincipals.Asked():
		return skipped(msg.New("not checked"))
	case !v.ServicePrincipals.Known():
		return unknown(msg.New("the service principal could not be read: %s", msg.Of(v.ServicePrincipals.Err())))
	case v.wrongTenant:
		return unknown(msg.New("they were read in a different tenant (%s) from the one of the sign-in (%s), so they do not explain it", v.Organization.Value.ID, v.tenantID()))
	case len(v.ServicePrincipals.Value) > 1:
		return failed(msg.New("%d service principals have the name %q", len(v.ServicePrincipals.Value), v.Setup.SP))
	case v.sp == nil && v.app == nil:
		return failed(msg.New("neither a service principal nor an application was found"))
	case v.sp == nil:
		return failed(msg.New("the application %q has no service principal", v.app.DisplayName))
	case !v.Application.Known():
		return unknown(msg.New("service principal %q was read, but its application was not: %s", v.name(), msg.Of(v.Application.Err())))
	case v.spDiffers:
		return warn(msg.New("--sp names %q (%s), a different application from the configured one (%s), so its credentials do not explain this sign-in", v.name(), v.appID(), configured))
	case v.app == nil && v.foreign():
		return pass(msg.New("service principal %q; its application is registered in the tenant %s", v.name(), v.sp.OwnerTenant))
	case v.app == nil:
		return pass(msg.New("service principal %q of type %s; it has no application in this tenant", v.name(), v.sp.Type))
	}
	return pass(msg.New("service principal %q and its application", v.name()))
}

func (v *view) foreign() bool {
	return v.sp != nil && v.sp.OwnerTenant != "" && objects.IsGUID(v.tenantID()) && !strings.EqualFold(v.sp.OwnerTenant, v.tenantID())
}

func checkEndDates(v *view) outcome {
	v = v.named()
	switch {
	case !v.ServicePrincipals.Asked():
		return skipped(msg.New("not checked"))
	case !v.listed() && v.unread() != nil:
		return unknown(msg.New("they could not be read: %s", v.unread().Sentence))
	case !v.listed() || v.sp == nil && v.app == nil:
		return unknown(msg.New("they could not be read; grant the reader the application permission Application.Read.All, or choose another reader with --reader"))
	case v.incomplete() != "":
		return unknown(msg.New("Microsoft Graph returned %s without its credentials", v.incomplete()))
	case v.unreadable() != "":
		return unknown(msg.New("the validity dates of %s could not be read", v.unreadable()))
	case v.unlistedInUse() && len(v.hinted()) > 0:
		return unknown(msg.New("the configured secret signs in, although the listed one with its first characters has expired: the list may be out of date; check again in a few minutes"))
	case v.unlistedInUse():
		return unknown(msg.New("the configured credential signs in, but Microsoft Graph does not list it yet: the list is out of date, and other credentials may be missing; check again in a few minutes"))
	case v.perhapsFederated():
		return unknown(msg.New("no secret or certificate is usable, and the federated credentials could not be read"))
	}
	usable, ended := v.count()
	switch ending := v.ending(); {
	case len(ending) > 0:
		return warn(msg.New("%s expires on %s, %s", ending[0].Label(), *ending[0].End, result.When(*ending[0].End, v.now)))
	case usable == 0 && v.keyless():
		return pass(v.kindText())
	case usable == 0 && v.singleSignOn():
		return v.checkSAML()
	case usable == 0 && ended == 0:
		return warn(msg.New("neither object has a credential"))
	case usable == 0:
		return failed(msg.New("no credential is usable (expired: %d)", ended))
	case ended > 0:
		return pass(msg.New("nothing expires within the warning window (usable: %d; expired and can be removed: %d)", usable, ended))
	}
	return pass(msg.New("nothing expires within the warning window (usable: %d)", usable))
}

// checkSAML answers for an application that is only used for single sign-on.
func (v *view) checkSAML() outcome {
	if text := v.samlText(); !text.IsZero() {
		return warn(text)
	}
	return pass(msg.New("it is used for single sign-on (SAML) and has no credential to sign in with"))
}

func checkUsers(v *view) outcome {
	return access(v, v.Users, msg.New("users can be read"), "User.Read.All", failed)
}

// checkGroups only warns, because not every synchronization reads groups.
func checkGroups(v *view) outcome {
	return access(v, v.Groups, msg.New("groups can be read"), "GroupMember.Read.All", warn)
}

func access(v *view, f fact.Fact[Access], allowed msg.Text, permission string, refused func(msg.Text) outcome) outcome {
	switch {
	case v.token == nil || !f.Asked():
		return skipped(msg.New("not tried"))
	case !f.Known():
		return unknown(msg.New("it could not be checked: %s", msg.Of(f.Err())))
	case !f.Value.Allowed:
		return refused(msg.New("Microsoft Graph refuses (%s); it needs the application permission %s", f.Value.Code, permission))
	}
	return pass(allowed)
}

// optional answers a check that no other check depends on.
func optional[T any](f fact.Fact[T], say func(T) outcome) outcome {
	switch {
	case !f.Asked():
		return skipped(msg.New("not checked"))
	case !f.Known():
		return unknown(barred(f.Err()))
	}
	return say(f.Value)
}

// barred says briefly why an optional fact could not be read.
func barred(err error) msg.Text {
	var f *Failure
	switch {
	case !errors.As(err, &f):
	case f.Unlicensed:
		return msg.New("needs Entra ID P1")
	case f.Code == "BadRequest" && strings.Contains(f.Message, "Resource not found for the segment"):
		return msg.New("this cloud does not offer it")
	case f.Needs != "":
		return msg.New("needs the permission %s", f.Needs)
	}
	return msg.New("not readable: %s", msg.Of(err))
}

func checkOwners(v *view) outcome {
	return optional(v.Owners, func(owners []objects.Owner) outcome {
		if len(owners) == 0 {
			return pass(msg.New("none; an administrator must change the credentials"))
		}
		var names []string
		for _, o := range owners {
			names = append(names, o.DisplayName)
		}
		return pass(msg.New("%s may change the credentials", strings.Join(names, ", ")))
	})
}

// checkLock reports whether new credentials can be added to the service principal. The
// lock is set on the application and applies to its service principals.
func checkLock(v *view) outcome {
	switch app := v.named().app; {
	case !v.Application.Asked():
		return skipped(msg.New("not checked"))
	case !v.Application.Known():
		return unknown(barred(v.Application.Err()))
	case app == nil:
		return skipped(msg.New("the application is not in this tenant"))
	case app.Lock != nil && app.Lock.Enabled && (app.Lock.AllProperties || app.Lock.VerifyCredentials):
		return pass(msg.New("its credentials are locked; new ones can only be added to the application"))
	}
	return pass(msg.New("its credentials are not locked"))
}

func checkPolicies(v *view) outcome {
	return optional(v.Policies, func(policies []objects.Policy) outcome {
		for _, p := range policies {
			switch {
			case p.PasswordsForbidden:
				return warn(msg.New("new client secrets are forbidden (%s)", result.PolicyName(p.Source)))
			case p.Unclear:
				return unknown(msg.New("a restriction of client secrets could not be read (%s)", result.PolicyName(p.Source)))
			case p.MaxLifetime > 0:
				return pass(msg.New("a new secret may be valid for %d days at most (%s)", int(p.MaxLifetime.Hours()/24), result.PolicyName(p.Source)))
			}
		}
		return pass(msg.New("none of them restricts client secrets"))
	})
}

func checkChanges(v *view) outcome {
	return optional(v.Changes, func(changes []objects.Change) outcome {
		for _, c := range changes {
			if len(c.Added)+len(c.Removed) > 0 {
				return pass(msg.New("credentials last changed on %s by %s", c.Time, c.Actor))
			}
		}
		return pass(msg.New("the audit log shows no change of credentials"))
	})
}

func checkActivity(v *view) outcome {
	return optional(v.Activity, func(used []objects.Activity) outcome {
		return pass(msg.New("known for %d credentials", len(used)))
	})
}

func checkSignInLog(v *view) outcome {
	return optional(v.SignInLog, func(entries []objects.SignInEntry) outcome {
		if uses := v.expiredUses(); len(uses) > 0 {
			return warn(v.expiredUse(uses[0]))
		}
		for _, e := range entries {
			if e.ErrorCode == "0" {
				return pass(msg.New("last successful sign-in: %s", e.Time))
			}
		}
		return pass(msg.New("%d entries, none of them successful", len(entries)))
	})
}

// expiredUse describes a refused sign-in with an expired secret.
func (v *view) expiredUse(e objects.SignInEntry) msg.Text {
	what := msg.New("an expired secret is still in use")
	if key, listed := v.listedKey(e.KeyID); listed {
		what = msg.New("the expired secret %s is still in use", key.Label())
	} else if e.KeyID != "" {
		what = msg.New("the expired secret %s is still in use", e.KeyID)
	}
	if e.IPAddress == "" {
		return msg.New("%s: refused on %s (AADSTS%s)", what, e.Time, e.ErrorCode)
	}
	return msg.New("%s: refused on %s (AADSTS%s), from %s", what, e.Time, e.ErrorCode, e.IPAddress)
}
