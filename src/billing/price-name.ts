const BALANCERS: Readonly<Record<string, string>> = { alb: 'application', nlb: 'network', clb: 'classic' };

/** What a key of the price book is the price of, for people: `EBS volumes of type gp3 in eu-west-1`. */
export function priceName(key: string): string {
  const [area, ...rest] = key.split('/');
  const [region = '', type = '', third = '', fourth = ''] = rest;
  switch (area) {
    case 'ec2': {
      const variant = third === 'linux' && fourth === 'default' ? '' : ` (${third}, ${fourth} tenancy)`;
      return `instances of type ${type}${variant} in ${region}`;
    }
    case 'ebs':
      return third === 'gb'
        ? `EBS volumes of type ${type} in ${region}`
        : `${third} of EBS volumes of type ${type} in ${region}`;
    case 'lb':
      return third === 'hour'
        ? `load balancers of kind ${BALANCERS[type] ?? type} in ${region}`
        : `${third} of load balancers of kind ${BALANCERS[type] ?? type} in ${region}`;
    case 'eks':
      return type === 'standard' ? `an EKS control plane in ${region}` : `EKS extended support in ${region}`;
    default:
      return key;
  }
}
