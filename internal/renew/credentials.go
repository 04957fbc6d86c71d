package renew

import (
	"slices"
	"time"

	"github.com/spcheck/spcheck/internal/objects"
)

// only returns the credentials that keep accepts.
func only(list []objects.Credential, keep func(objects.Credential) bool) []objects.Credential {
	return slices.DeleteFunc(slices.Clone(list), func(c objects.Credential) bool { return !keep(c) })
}

// identical reports whether another credential is this one, as it was read at another time.
func identical(c objects.Credential) func(objects.Credential) bool {
	return func(o objects.Credential) bool { return o.KeyID == c.KeyID && o.StoredOn == c.StoredOn }
}

func ofKind(list []objects.Credential, kind string) []objects.Credential {
	return only(list, func(c objects.Credential) bool { return c.Kind == kind })
}

func named(list []objects.Credential, names []string, keyID string) []objects.Credential {
	return only(ofKind(list, objects.Password), func(c objects.Credential) bool {
		return c.Name != "" && slices.Contains(names, c.Name) || keyID != "" && c.KeyID == keyID
	})
}

// missingFrom returns the certificates in before that are missing in after. It compares key
// IDs and thumbprints.
func missingFrom(before, after []objects.Credential) []objects.Credential {
	return only(before, func(c objects.Credential) bool {
		return !slices.ContainsFunc(after, func(o objects.Credential) bool { return o.KeyID == c.KeyID && o.Thumbprint == c.Thumbprint })
	})
}

// usable reports whether a secret is valid now. A new one may start a little in the future,
// because its start is the time of the service.
func usable(c objects.Credential, now time.Time) bool {
	return c.Usable(now) || c.Start != nil && c.Start.After(now) && c.Start.Sub(now) < tolerable && c.Usable(*c.Start)
}

func usablePasswords(list []objects.Credential, now time.Time) []objects.Credential {
	return only(list, func(c objects.Credential) bool { return c.Kind == objects.Password && usable(c, now) })
}

// latest returns the credential that expires last.
func latest(list []objects.Credential) (objects.Credential, bool) {
	if len(list) == 0 {
		return objects.Credential{}, false
	}
	return slices.MaxFunc(list, func(a, b objects.Credential) int { return endOf(a).Compare(endOf(b)) }), true
}

// endOf returns the expiry date, or one far in the future for a credential without.
func endOf(c objects.Credential) time.Time {
	if c.End == nil {
		return time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)
	}
	return *c.End
}

// matching returns the secrets that can be the one with this hint. The list is empty if
// that one was removed, or belongs to another application.
func matching(all []objects.Credential, hint string) []objects.Credential {
	var same, silent []objects.Credential
	for _, c := range all {
		switch c.Hint {
		case hint:
			same = append(same, c)
		case "":
			silent = append(silent, c)
		}
	}
	if len(same) == 0 {
		return silent
	}
	return same
}
