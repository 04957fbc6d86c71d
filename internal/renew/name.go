package renew

import (
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/neutral"
)

// maxName bounds the person's part of a secret's name. Graph's own limit is not
// documented; the portal takes longer ones.
const maxName = 90

// CheckDisplayName refuses what cannot be a name.
func CheckDisplayName(name string) error {
	switch {
	case utf8.RuneCountInString(name) > maxName:
		return fail.Usage(msg.New("the display name is longer than %d characters", maxName))
	case !utf8.ValidString(name) || strings.ContainsFunc(name, neutral.Dangerous):
		return fail.Usage(msg.New("the display name contains invisible characters"))
	}
	return nil
}

// uniqueName adds a random suffix to a name. If an answer is lost, spcheck recognizes its
// secret by this name.
func uniqueName(name string) string {
	if name = strings.TrimSpace(name); name == "" {
		name = "spcheck"
	}
	return name + " (" + uuid.NewString()[:13] + ")"
}
