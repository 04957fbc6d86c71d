package diagnose

import (
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/aadsts"
	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/diagnose/seen"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
)

// fromCatalogue returns the catalogue's causes for the refusal, unless rules for this
// code have already found something.
func fromCatalogue(v *view, judged []*verdict) []*verdict {
	if v.refusal == nil || v.guessed() {
		return nil
	}
	// The rules know too little about a pasted text.
	ruled := !v.fromText && v.refusal.Entry != nil && v.refusal.Entry.Rule != aadsts.CatalogueOnly
	if ruled && slices.ContainsFunc(judged, func(d *verdict) bool { return !d.besides }) {
		return nil
	}
	var found []*verdict
	for _, ranked := range v.fitting() {
		d := v.ranked(ranked)
		if len(found) == 0 {
			d.because(v.meaning())
			v.answered(d)
		}
		found = append(found, d)
	}
	return found
}

// guessed reports whether the catalogue has neither the code nor the wording, and knows
// at most the code's first digits.
func (v *view) guessed() bool {
	r := v.refusal
	return r.Decisive != "" && r.Alike == nil && (r.Entry == nil || r.Entry.Guess)
}

// fitting returns the causes that fit the kind of credential, or all if none fits.
func (v *view) fitting() []aadsts.Ranked {
	fits := slices.DeleteFunc(slices.Clone(v.refusal.Causes), func(r aadsts.Ranked) bool {
		switch v.Setup.Kind {
		case objects.Password:
			return r.ID.Is(causes.Certificate)
		case objects.Certificate, objects.Federated:
			return r.ID.Is(causes.Secret)
		}
		return false
	})
	if len(fits) == 0 {
		return v.refusal.Causes
	}
	return fits
}

// ranked starts a verdict with the certainty in the catalogue. Wording makes a cause
// likely at most, and a guessed code only possible.
func (v *view) ranked(r aadsts.Ranked) *verdict {
	d := possible(r.ID)
	if e := v.refusal.Entry; v.refusal.FoundBy == aadsts.ByCode && e != nil && !e.Guess {
		switch r.Most {
		case result.Proven:
			d = proven(r.ID, v.refusedOnly())
		case result.Likely:
			d = likely(r.ID)
		}
	}
	if v.refusal.Phrase != nil && r.Most != result.Possible {
		d = likely(r.ID)
	}
	d.remedy = r.Remedy
	return d
}

// meaning is the catalogue's description of the decisive code.
func (v *view) meaning() msg.Text {
	if v.guessed() {
		return msg.Text{}
	}
	return v.refusal.Sentence()
}

// unexplained covers an answer that no rule and no catalogue entry explains, and a text
// without a recognised error if there is nothing else to look at.
func unexplained(v *view) []*verdict {
	switch r := v.refusal; {
	case r == nil && (v.SignIn.Asked() || !v.Text.Known()):
		return nil
	case r == nil:
		return one(possible(causes.Unknown).
			because(msg.New("The text contains no Entra error that spcheck recognises, and no credential is configured to test.")).
			seen(msg.New("errors found in the text"), seen.Count(v.Text, msg.New("--error-text"), isError)))
	case v.isPassword() && r.OAuth == "invalid_client" && r.Decisive == "" && r.Phrase == nil:
		// The answer consists of OAuth's own error: the client authentication failed, for
		// whatever reason (RFC 6749, section 5.2).
		return []*verdict{
			v.answered(possible(causes.SecretWrong).
				because(msg.New("The answer is OAuth's invalid_client and nothing else: the application's secret was not accepted, and the answer does not say why."))),
			possible(causes.SecretExpired),
		}
	}
	d := v.quoted(possible(causes.Unknown).
		because(msg.New("Entra refused the sign-in with an answer that spcheck does not know. The trace ID helps Microsoft support to find it.")))
	if v.guessed() && v.refusal.Entry != nil {
		d.because(v.refusal.Sentence())
	}
	if v.refusal.code() != "" {
		v.answered(d)
	}
	return one(d)
}

// quoted adds the wording of the answer, if nothing else is known about it.
func (v *view) quoted(d *verdict) *verdict {
	if v.refusal.Excerpt == "" {
		return d
	}
	return d.seen(msg.New("wording of the answer"), v.refused(func(r *Refusal) string { return r.Excerpt }))
}

// answered adds the refusal itself to the evidence.
func (v *view) answered(d *verdict) *verdict {
	switch {
	case v.refusal == nil:
		return d
	case v.refusal.code() == "":
		return v.quoted(d)
	}
	return d.seen(msg.New("Entra's answer"), v.refused((*Refusal).code))
}

// code returns the answer's codes as they are quoted.
func (r *Refusal) code() string {
	switch {
	case r == nil:
		return ""
	case len(r.Codes) == 0:
		return r.OAuth
	}
	return "AADSTS" + strings.Join(r.Codes, ", AADSTS")
}
