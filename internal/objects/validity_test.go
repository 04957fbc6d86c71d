package objects

import (
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/result"
)

func at(s string) *time.Time {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		panic(err)
	}
	return &t
}

func TestStatusAndDaysLeft(t *testing.T) {
	now := *at("2024-02-28T12:00:00Z")
	days := func(n int) *int { return &n }
	for _, tc := range []struct {
		name   string
		cred   Credential
		status result.CredentialStatus
		left   *int
	}{
		{"ended a second ago", Credential{End: at("2024-02-28T11:59:59Z")}, result.Expired, days(-1)},
		{"ends this very moment", Credential{End: at("2024-02-28T12:00:00Z")}, result.Expired, days(0)},
		{"ends a fraction of a second from now", Credential{End: at("2024-02-28T12:00:00.0000001Z")}, result.Expiring, days(0)},
		{"ended exactly a day ago", Credential{End: at("2024-02-27T12:00:00Z")}, result.Expired, days(-1)},
		{"across a leap day", Credential{End: at("2024-03-01T12:00:00Z")}, result.Expiring, days(2)},
		{"another time zone", Credential{End: at("2024-02-29T13:00:00+02:00")}, result.Expiring, days(0)},
		{"at the edge of the window", Credential{End: at("2024-03-29T12:00:00Z")}, result.Expiring, days(30)},
		{"just outside of the window", Credential{End: at("2024-03-29T12:00:01Z")}, result.Valid, days(30)},
		{"starts tomorrow", Credential{Start: at("2024-02-29T12:00:00Z"), End: at("2026-02-28T12:00:00Z")}, result.NotYetValid, days(731)},
		{"ended before it started", Credential{Start: at("2024-02-29T12:00:00Z"), End: at("2024-02-01T12:00:00Z")}, result.Expired, days(-27)},
		{"the year 2299", Credential{End: at("2299-12-31T00:00:00Z")}, result.NeverExpires, days(100747)},
		{"the year 9999", Credential{End: at("9999-12-31T23:59:59Z")}, result.NeverExpires, days(2913115)},
		{"no end", Credential{}, result.NeverExpires, nil},
		{"unreadable end", Credential{Problem: "endDateTime is malformed"}, "", nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := tc.cred.Status(now, 30*24*time.Hour); got != tc.status {
				t.Errorf("status = %q, want %q", got, tc.status)
			}
			got := tc.cred.DaysLeft(now)
			if (got == nil) != (tc.left == nil) || got != nil && *got != *tc.left {
				t.Errorf("days left = %v, want %v", deref(got), deref(tc.left))
			}
		})
	}
}

func deref(p *int) any {
	if p == nil {
		return nil
	}
	return *p
}

func TestUsable(t *testing.T) {
	now := *at("2024-02-28T12:00:00Z")
	if (Credential{Problem: "endDateTime is malformed"}).Usable(now) {
		t.Error("a credential whose end is unknown counts as usable")
	}
	if (Credential{Purpose: result.SAMLSigning}).Usable(now) {
		t.Error("a SAML signing key counts as a credential that signs in")
	}
	if !(Credential{}).Usable(now) {
		t.Error("a federated credential, which has no end, does not count as usable")
	}
}
