package diagnose

import (
	"slices"
	"time"

	"github.com/spcheck/spcheck/internal/aadsts"
	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/diagnose/seen"
	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/secrets"
)

// propagation is how long Entra may refuse a new secret now and then. Reports speak of
// seconds to minutes; Microsoft promises nothing.
const propagation = 15 * time.Minute

// secretRefused reports whether Entra refused a client secret: 7000215 (wrong), 7000222
// (expired), or formerly 70002 with 50012 (either).
func (v *view) secretRefused() bool {
	return v.isPassword() && (v.family(aadsts.SecretWrong, aadsts.SecretExpired) || v.oldSpelling())
}

// oldSpelling reports whether the answer has the form used before 2019, which is the same
// for a wrong and an expired secret. 50012 is also used for certificates; the wording
// distinguishes them.
func (v *view) oldSpelling() bool {
	return v.family(aadsts.OldSpelling) && v.firstCause(causes.SecretWrong, causes.SecretExpired)
}

// repairedSecret judges the sign-ins with corrected values.
func repairedSecret(v *view) []*verdict {
	for _, p := range v.Probes {
		d := proven(causes.SecretDamaged, v.repairFits(p))
		v.seenDamage(d)
		switch {
		case p.SignIn.Token != nil:
			return one(d.because(msg.New("The value was altered on its way into the configuration. It works after this correction: %s.", p.Repair)).
				seen(msg.New("the corrected value works; it signs in the application"), seen.Text(known(p.SignIn.Token), bySecondSignIn(), func(t Token) string { return t.AppID })))
		case p.SignIn.Refusal != nil && p.SignIn.Refusal.Entry.Is(aadsts.SecretExpired):
			expired := proven(causes.SecretExpired, v.repairFits(p)).
				because(msg.New("The secret has expired. The configured value was also altered: Entra recognises it after this correction: %s.", p.Repair)).
				seen(msg.New("the corrected value is recognised, and has expired"), seen.Text(fact.Of(p.SignIn.Refusal), bySecondSignIn(), (*Refusal).code))
			return []*verdict{expired, d.alongside().because(msg.New("The value was altered on its way into the configuration."))}
		}
	}
	return nil
}

func bySecondSignIn() msg.Text { return msg.New("a second sign-in by spcheck") }

// damagedSecret judges the format of the value.
func damagedSecret(v *view) []*verdict {
	if !v.Secret.Known() || !v.secretRefused() || v.family(aadsts.SecretExpired) {
		return nil
	}
	d := likely(causes.SecretDamaged)
	if _, proof := v.shape().Proven(); proof {
		d = proven(causes.SecretDamaged, v.valueBelongs())
	} else if len(v.Probes) > 0 { // the corrected value was refused as well
		d = possible(causes.SecretDamaged)
	}
	d.because(msg.New("The value was altered on its way into the configuration, and Entra refuses it."))
	if !v.seenDamage(d) {
		return nil
	}
	return one(v.answered(d))
}

// seenDamage adds the damage to the evidence, and reports whether there is any. Another
// ID instead of the secret is not damage.
func (v *view) seenDamage(d *verdict) bool {
	found := false
	for _, damage := range v.shape().Damages {
		switch damage.Kind {
		case secrets.DamageKeyID, secrets.DamageClientID, secrets.DamageTenantID:
			continue
		}
		found = true
		d.seen(damage.Text, v.inShape(func(s secrets.Shape) msg.Text {
			if damage.At == 0 {
				return length(s)
			}
			return msg.New("character %d of %d", damage.At, s.Length)
		}))
	}
	return found
}

func length(s secrets.Shape) msg.Text { return msg.New("%d characters", s.Length) }

// otherIDAsSecret is the client ID or tenant instead of the secret.
func otherIDAsSecret(v *view) []*verdict {
	if !v.secretRefused() || v.family(aadsts.SecretExpired) {
		return nil
	}
	for _, damage := range v.shape().Damages {
		if damage.Kind == secrets.DamageClientID || damage.Kind == secrets.DamageTenantID {
			return one(v.answered(likely(causes.SecretWrong).
				because(msg.New("Another setting was entered instead of the secret: %s.", damage.Text)).
				seen(damage.Text, v.inShape(length))))
		}
	}
	return nil
}

// isSecretID reports whether the configured value is the credential's key ID.
func (v *view) isSecretID(c objects.Credential) bool { return v.shape().Is(c.KeyID) }

func keyIDAsSecret(v *view) []*verdict {
	if !v.shape().Has(secrets.DamageKeyID) || v.shape().Has(secrets.DamageClientID) || v.shape().Has(secrets.DamageTenantID) || !v.secretRefused() || v.family(aadsts.SecretExpired) {
		return nil
	}
	form := func(d *verdict) *verdict {
		return v.answered(d.seen(msg.New("the value has the format of a GUID"), v.inShape(length)))
	}
	if i := slices.IndexFunc(v.creds, v.isSecretID); i >= 0 {
		return one(form(proven(causes.SecretIsKeyID, v.isKeyID()).
			because(msg.New("The configured value is the Secret ID of a credential that is stored on %s, not its value.", objectName(v.creds[i].StoredOn))).
			seen(msg.New("the value is this credential's key ID"), v.entry(v.creds[i]))))
	}
	if gone, ok := v.removedSecretID(); ok {
		return one(form(v.seenRemoval(proven(causes.SecretIsKeyID, v.isKeyID()).
			because(msg.New("The configured value is the Secret ID of a credential that has since been removed, not its value.")), gone)))
	}
	return one(form(likely(causes.SecretIsKeyID).
		because(msg.New("The configured value is a GUID. Secrets that Entra creates today do not look like that, but the Secret ID shown beside them in the portal does."))))
}

func futureSecret(v *view) []*verdict {
	if !v.secretRefused() {
		return nil
	}
	for _, c := range v.hinted() {
		if c.Status(v.now, 0) == result.NotYetValid {
			return one(v.answered(proven(causes.SecretNotYetValid, v.startsLater(c)).
				because(msg.New("The secret is not valid until %s.", *c.Start)).
				seen(msg.New("the credential with the configured value's hint"), v.entry(c))))
		}
	}
	// Entra may call a secret that is not valid yet expired.
	c, single := v.match.one()
	if !v.family(aadsts.SecretExpired) || !single || c.Status(v.now, 0) != result.NotYetValid {
		return nil
	}
	return one(v.answered(likely(causes.SecretNotYetValid).
		because(msg.New("Entra recognises the secret, but it is not valid now. No listed secret that matches it has expired; this one is not valid until %s.", *c.Start)).
		seen(msg.New("the only listed credential that matches"), v.entry(c))))
}

func freshSecret(v *view) []*verdict {
	c, age, found := v.fresh()
	if _, damaged := v.shape().Proven(); damaged || !found || !v.secretRefused() {
		return nil
	}
	d := likely(causes.SecretNotPropagated).
		because(msg.New("The secret is %s old. It takes a few minutes until every Entra server knows a new one; until then some sign-ins are refused.", age.Truncate(time.Second))).
		seen(msg.New("the credential with the configured value's hint"), v.entry(c))
	if v.token != nil {
		d.seen(msg.New("one sign-in succeeded and another was refused"), seen.Text(fact.Of(v.refusal), msg.New("several sign-ins on new connections"), (*Refusal).code))
	}
	return one(v.answered(d))
}

// age returns how long ago a credential was added, from the audit log or else from its
// start date, which may have been chosen by hand.
func (v *view) age(c objects.Credential) (time.Duration, bool) {
	for _, change := range v.Changes.Value {
		if slices.ContainsFunc(change.Added, func(key objects.ChangedKey) bool { return key.ID == c.KeyID }) {
			return v.now.Sub(change.Time), true
		}
	}
	if c.Start == nil || c.Start.After(v.now) {
		return 0, false
	}
	return v.now.Sub(*c.Start), true
}

// alteredAfterHint is a refused value with the hint of a valid secret, so a later
// character was probably changed.
func alteredAfterHint(v *view) []*verdict {
	intact := v.shape().Generation == secrets.GenerationCurrent
	if !v.wrongSecret() || v.fromText || intact {
		return nil
	}
	for _, c := range v.hinted() {
		if c.Expired(v.now) {
			return nil // see sharedHint
		}
		if age, known := v.age(c); c.Usable(v.now) && known && age >= propagation {
			return one(v.answered(likely(causes.SecretDamaged).
				because(msg.New("The value starts with the same characters as a valid secret of this application, but is refused: a later character is probably missing or changed.")).
				seen(msg.New("a valid credential starts with the same characters"), v.entry(c))))
		}
	}
	return nil
}

// wrong is a refused secret without a more specific cause.
func wrong(v *view) []*verdict {
	if v.fromText || !v.wrongSecret() {
		return nil
	}
	d := v.answered(possible(causes.SecretWrong).
		because(msg.New("Entra refused the secret. It may have been mistyped or removed, or belong to another application; the evidence does not show which.")))
	if v.oldSpelling() && (!v.listed() || len(v.passwords(v.expired)) > 0) {
		d.because(msg.New("Entra refused the secret. This older form of the answer can mean that the secret is wrong or that it has expired."))
		return []*verdict{d, possible(causes.SecretExpired).because(msg.New("Expired secrets got the same answer."))}
	}
	if !v.listed() {
		others := []*verdict{d, possible(causes.SecretOfOtherApp), possible(causes.SecretRemoved)}
		if v.shape().Generation == secrets.GenerationCurrent {
			others = append(others, possible(causes.SecretNotPropagated))
		}
		return others
	}
	for _, c := range v.hinted() {
		d.seen(msg.New("starts with the same characters, and is valid"), v.entry(c))
	}
	gone := v.removals(objects.Password)
	if len(gone) == 0 || len(v.match.sure) > 0 {
		return one(d)
	}
	for _, r := range gone {
		v.seenRemoval(d, r)
	}
	return []*verdict{d, v.seenRemoval(possible(causes.SecretRemoved), gone[0])}
}

// Fresh reports whether the configured secret is so new that a server may not know it.
func Fresh(f *Facts) bool {
	_, _, found := newView(f).fresh()
	return found
}

// fresh returns the listed secret with the value's hint, if it is new, and its age.
func (v *view) fresh() (c objects.Credential, age time.Duration, found bool) {
	for _, c := range v.passwords(v.usable) {
		if age, ok := v.age(c); ok && age < propagation && c.Hint != "" && c.Hint == v.hint() {
			return c, age, true
		}
	}
	return c, 0, false
}
