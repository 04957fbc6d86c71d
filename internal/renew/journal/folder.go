package journal

import (
	"path/filepath"
	"runtime"
)

// stateDir returns the folder in which programs keep state: %LocalAppData% on Windows,
// Application Support on macOS, otherwise the one of the XDG Base Directory Specification.
func stateDir(env func(string) (string, bool)) (string, error) {
	get := func(name string) string { v, _ := env(name); return v }
	if d := get("XDG_STATE_HOME"); filepath.IsAbs(d) {
		return filepath.Join(d, "spcheck"), nil
	}
	switch runtime.GOOS {
	case "windows":
		if d := get("LocalAppData"); filepath.IsAbs(d) {
			return filepath.Join(d, "spcheck"), nil
		}
	case "darwin":
		if h := get("HOME"); filepath.IsAbs(h) {
			return filepath.Join(h, "Library", "Application Support", "spcheck", "state"), nil
		}
	default:
		if h := get("HOME"); filepath.IsAbs(h) {
			return filepath.Join(h, ".local", "state", "spcheck"), nil
		}
	}
	return "", errNoFolder
}
