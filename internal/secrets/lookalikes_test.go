package secrets

import (
	"strings"
	"testing"
)

// Each look-alike is found by its own line and no earlier one, and an intact secret
// by none.
func TestLookalikesAreRecognised(t *testing.T) {
	for i, l := range lookalikes() {
		found := Inspect(NewValue(l.example), "", "").Damages
		if len(found) != 1 || found[0].Kind != l.kind || found[0].Text.String() != l.text.String() || found[0].Proof != l.proof {
			t.Errorf("line %d, example %q: %+v", i+1, l.example, found)
		}
		if l.pattern().MatchString("q7x8Q~Zt4mN_0vB.pR2kL-yW9sH3dF6gJ1cX5aTe") || l.pattern().MatchString("Pa$$w0rd") {
			t.Errorf("line %d takes a secret for something else", i+1)
		}
	}
}

func TestPlaceholdersOfSamples(t *testing.T) {
	for _, s := range []string{"REPLACE_ME", "replace-with-your-secret", "Enter_the_Client_Secret_Here", "[Copy the client secret added to the app from the portal]",
		"[Enter here a client secret for your application]", "<client-secret>", "<YOUR_CLIENT_SECRET>", "your-client-secret-value", "PASTE_SECRET_HERE", "xxxxxxxxxxxxxxxxxxxx"} {
		if !Inspect(NewValue(s), "", "").Has(damagePlaceholder) {
			t.Errorf("%q is not recognised", s)
		}
	}
	for _, s := range []string{"Replace2Me!kd93", "enterprise-Pass9", "Copy7Cat#Secretly", strings.Repeat("Ab3", 8), "secretSanta!2024x"} {
		if found := Inspect(NewValue(s), "", ""); found.Has(damagePlaceholder) || found.Has(damageReference) {
			t.Errorf("%q is taken for a placeholder", s)
		}
	}
}
