package diagnose

import "github.com/spcheck/spcheck/internal/aadsts"

// reached is the stage that the sign-in got to, and whether it was refused
// there. The stage is none where the answer does not say.
func (v *view) reached() (at aadsts.Stage, refused bool) {
	switch {
	case v.refusal == nil && v.token != nil:
		return aadsts.StageToken, false
	case v.refusal == nil:
		return aadsts.StageNone, false
	case v.refusal.Entry == nil || v.refusal.Entry.Guess:
		return aadsts.StageNone, true
	}
	return v.refusal.Entry.Stage, true
}
