package main

import (
	"os"
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/redact"
)

// secretVariables are the environment variables that give spcheck its secrets.
var secretVariables = []string{"AZURE_CLIENT_SECRET", "AZURE_CLIENT_CERTIFICATE_PASSWORD",
	"SPCHECK_READER_CLIENT_SECRET", "SPCHECK_READER_CLIENT_CERTIFICATE_PASSWORD"}

// takeEnvironment returns the environment, and a second one without secrets for the
// programs that spcheck starts. It also removes the secrets from the process's own
// environment, because the Azure SDK passes that to Azure CLI. A program that spcheck
// runs to read a vault or a cloud has its own sign-in.
func takeEnvironment() (env config.Env, children []string) {
	taken := map[string]string{}
	for _, name := range secretVariables {
		if value, ok := os.LookupEnv(name); ok {
			redact.Hide(value)
			taken[name] = value
			_ = os.Unsetenv(name) // a variable that cannot be unset is still left out of children
		}
	}
	env = func(name string) (string, bool) {
		if value, ok := taken[name]; ok {
			return value, true
		}
		return os.LookupEnv(name)
	}
	children = slices.DeleteFunc(os.Environ(), func(entry string) bool {
		name, _, _ := strings.Cut(entry, "=")
		_, secret := taken[name]
		return secret
	})
	return env, children
}
