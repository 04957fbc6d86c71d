package renew

import (
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/neutral"
)

// maxName limits the user's part of the display name, in characters. Graph's own limit is
// not documented. The portal accepts longer names.
const maxName = 90

// CheckDisplayName checks the user's part of a display name. The error is a *fail.Error.
func CheckDisplayName(name string) error {
	switch {
	case utf8.RuneCountInString(name) > maxName:
		return fail.Usage(msg.New("the display name is longer than %d characters", maxName))
	case !utf8.ValidString(name) || strings.ContainsFunc(name, neutral.Dangerous):
		return fail.Usage(msg.New("the display name contains invisible characters"))
	}
	return nil
}

// uniqueName adds a random suffix to a name, so that spcheck recognizes its credential if
// the answer to the request is lost.
func uniqueName(name string) string {
	if name = strings.TrimSpace(name); name == "" {
		name = "spcheck"
	}
	return name + " (" + uuid.NewString()[:13] + ")"
}
