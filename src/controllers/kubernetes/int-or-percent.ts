/** What the API takes for sizes: a number of pods, or a percentage such as `25%`. */
export type IntOrPercent = number | string;

/**
 * The number of pods meant, of `total`. Percentages that are no whole number go up or down as the field says.
 * Source: kubernetes v1.36.2 staging/src/k8s.io/apimachinery/pkg/util/intstr/intstr.go, GetScaledValueFromIntOrPercent.
 */
export function scaledValue(value: IntOrPercent, total: number, rounding: 'up' | 'down'): number {
  if (typeof value === 'number') return value;
  const hundredths = Number(value.replace('%', '')) * total;
  return rounding === 'up' ? Math.ceil(hundredths / 100) : Math.floor(hundredths / 100);
}
