package scan

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
)

// signer is a certificate that signs SAML tokens, as Graph lists it: an entry to
// sign, one to verify, and the password of its key.
func signer(key string, start, end int) []objects.ListedCredential {
	sign := objects.ListedCredential{KeyID: guid("k" + key), Kind: objects.Certificate, Usage: "Sign", Identifier: "id-" + key, Thumbprint: "AB" + key,
		Start: now.AddDate(0, 0, start), End: now.AddDate(0, 0, end)}
	verify := sign
	verify.KeyID, verify.Usage = guid("v"+key), "Verify"
	password := objects.ListedCredential{KeyID: sign.KeyID, Kind: objects.Password, Start: sign.Start, End: sign.End}
	return []objects.ListedCredential{sign, verify, password}
}

func sso(name, active string, credentials ...objects.ListedCredential) objects.Listed {
	o := principal(name, credentials...)
	o.SSOMode, o.SigningThumbprint = "saml", active
	return o
}

func TestSAMLCertificatesHaveRulesOfTheirOwn(t *testing.T) {
	two := func(active string, first, second []objects.ListedCredential) objects.Listed {
		return sso("x", active, append(first, second...)...)
	}
	for name, tc := range map[string]struct {
		object objects.Listed
		want   []string
	}{
		"the active one has expired":                  {sso("x", "AB1", signer("1", -900, -2)...), []string{"saml-ended warning x"}},
		"the active one expires soon":                 {sso("x", "ab1", signer("1", -900, 9)...), []string{"saml-ending warning x"}},
		"a newer one that is not active helps nobody": {two("AB1", signer("1", -900, -2), signer("2", -9, 900)), []string{"saml-ended warning x"}},
		"an expired one beside the active one":        {two("AB2", signer("1", -900, -2), signer("2", -9, 900)), []string{"saml-ended info x"}},
		"none is named, and one lasts longer":         {two("", signer("1", -900, -2), signer("2", -9, 900)), []string{"saml-ended info x"}},
		"the named one is gone, and nothing lasts":    {sso("x", "FF", signer("1", -900, -2)...), []string{"saml-ended warning x"}},
		"nothing to do":                               {sso("x", "AB1", signer("1", -9, 900)...), nil},
	} {
		t.Run(name, func(t *testing.T) {
			out, got := scanOf(t, Options{Inventory: true}, &fake{objects: []objects.Listed{tc.object}})
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			for _, i := range inventory(t, out) {
				if i.Purpose != result.SAMLSigning || i.Kind != objects.Certificate {
					t.Errorf("%+v: the other entries of a signing certificate are not to be listed", i)
				}
			}
		})
	}
}

// The password of a signing key is recognised by its key ID or by its dates. A secret that
// Entra generated has a hint, so it is not one.
func TestPasswordsOfSigningKeys(t *testing.T) {
	keys := signer("1", -900, 900)
	byDates, secret := keys[2], keys[2]
	byDates.KeyID, secret.KeyID, secret.Hint = guid("other"), guid("secret"), "a1B"
	out, got := scanOf(t, Options{Inventory: true}, &fake{objects: []objects.Listed{sso("x", "AB1", append(keys, byDates, secret)...)}})
	if diff := cmp.Diff([]string{"on-service-principal info x"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if n := out.Scan.Totals.Excluded[reasonSAML]; n != 3 {
		t.Errorf("%d left out", n)
	}
}

// A certificate for single sign-on does not replace an expired secret.
func TestSAMLCertificatesDoNotSignIn(t *testing.T) {
	o := sso("x", "AB1", signer("1", -9, 900)...)
	_, got := scanOf(t, Options{}, &fake{objects: []objects.Listed{o, app("x", secret("2", -day))}})
	if diff := cmp.Diff([]string{"ended critical x"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
